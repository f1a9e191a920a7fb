/** Elasticsearch: documents and vectors, on ECK. */

export { ElasticOperator } from "./elastic-operator";
export { Elasticsearch } from "./elasticsearch";
export { elasticsearchPin } from "./pin";
export { type ElasticOperatorProps, type ElasticsearchProps, elasticOperatorSchema, elasticsearchSchema } from "./schema";
export { elasticsearch } from "./section";
