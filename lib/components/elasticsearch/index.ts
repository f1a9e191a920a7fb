/** Elasticsearch: documents and vectors, on ECK. */

export { ElasticOperator } from "./elastic-operator";
export { Elasticsearch } from "./elasticsearch";
export { elasticsearchPin } from "./pin";
export {
  type ElasticOperatorProps,
  type ElasticsearchProps,
  elasticOperatorDefaults,
  elasticsearchDefaults,
} from "./props";
export { elasticOperatorSchema, elasticsearchSchema } from "./schema";
