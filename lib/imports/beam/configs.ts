/** Configuration of every transform of Beam YAML (PyPI apache-beam 2.77.0), generated. Never edited. */

import type { JsonObject, JsonValue } from "#lib/core/json";

/** Configurations by transform. */
export interface BeamConfigs {
  /** Python; reads an input. */
  readonly AnomalyDetection: AnomalyDetectionConfig;
  /** Python; reads an input. */
  readonly AssertEqual: AssertEqualConfig;
  /** Python; reads an input; languages: generic, javascript, python. */
  readonly AssignTimestamps: AssignTimestampsConfig;
  /** Python; reads an input; languages: calcite, generic, javascript, python, sql. */
  readonly Combine: CombineConfig;
  /** Python; reads no input. */
  readonly Create: CreateConfig;
  /** Python; reads an input. */
  readonly DicomSearch: DicomSearchConfig;
  /** Python; reads an input. */
  readonly Enrichment: EnrichmentConfig;
  /** Python; reads an input. */
  readonly Explode: ExplodeConfig;
  /** Python; reads an input. */
  readonly ExtractWindowingInfo: ExtractWindowingInfoConfig;
  /** Python; reads an input; languages: calcite, generic, java, javascript, python, sql. */
  readonly Filter: FilterConfig;
  /** Python; reads an input. */
  readonly Flatten: FlattenConfig;
  /** Expanded by Java. */
  readonly IcebergAddFiles: IcebergAddFilesConfig;
  /** Expanded by Java; reads an input. */
  readonly Join: JoinConfig;
  /** Python; reads an input. */
  readonly LogForTesting: LogForTestingConfig;
  /** Python; reads an input. */
  readonly MLTransform: MLTransformConfig;
  /** Python; reads an input; languages: calcite, generic, java, javascript, python, sql. */
  readonly MapToFields: MapToFieldsConfig;
  /** Python; reads an input. */
  readonly MatchAll: MatchAllConfig;
  /** Python; reads an input; languages: generic, javascript, python. */
  readonly Partition: PartitionConfig;
  /** Python; reads an input. */
  readonly PyTransform: PyTransformConfig;
  /** Python; reads no input. */
  readonly ReadFromAvro: ReadFromAvroConfig;
  /** Python; reads no input. */
  readonly ReadFromBigQuery: ReadFromBigQueryConfig;
  /** Expanded by Java. */
  readonly ReadFromBigTable: ReadFromBigTableConfig;
  /** Python; reads no input. */
  readonly ReadFromCsv: ReadFromCsvConfig;
  /** Expanded by Java. */
  readonly ReadFromDebezium: ReadFromDebeziumConfig;
  /** Python; reads no input. */
  readonly ReadFromDelta: ReadFromDeltaConfig;
  /** Python; reads no input. */
  readonly ReadFromDeltaCDC: ReadFromDeltaCDCConfig;
  /** Expanded by Java. */
  readonly ReadFromFirestore: ReadFromFirestoreConfig;
  /** Expanded by Java. */
  readonly ReadFromIbmMQ: ReadFromIbmMQConfig;
  /** Python; reads no input. */
  readonly ReadFromIceberg: ReadFromIcebergConfig;
  /** Expanded by Java. */
  readonly ReadFromIcebergCDC: ReadFromIcebergCDCConfig;
  /** Expanded by Java. */
  readonly ReadFromJdbc: ReadFromJdbcConfig;
  /** Expanded by Java. */
  readonly ReadFromJms: ReadFromJmsConfig;
  /** Python; reads no input. */
  readonly ReadFromJson: ReadFromJsonConfig;
  /** Expanded by Java. */
  readonly ReadFromKafka: ReadFromKafkaConfig;
  /** Expanded by Java. */
  readonly ReadFromKinesis: ReadFromKinesisConfig;
  /** Python; reads no input. */
  readonly ReadFromMongoDB: ReadFromMongoDBConfig;
  /** Expanded by Java. */
  readonly ReadFromMySql: ReadFromMySqlConfig;
  /** Expanded by Java. */
  readonly ReadFromOracle: ReadFromOracleConfig;
  /** Python; reads no input. */
  readonly ReadFromParquet: ReadFromParquetConfig;
  /** Expanded by Java. */
  readonly ReadFromPostgres: ReadFromPostgresConfig;
  /** Python; reads no input. */
  readonly ReadFromPubSub: ReadFromPubSubConfig;
  /** Expanded by Java. */
  readonly ReadFromSnowflake: ReadFromSnowflakeConfig;
  /** Expanded by Java. */
  readonly ReadFromSpanner: ReadFromSpannerConfig;
  /** Expanded by Java. */
  readonly ReadFromSpannerCDC: ReadFromSpannerCDCConfig;
  /** Expanded by Java. */
  readonly ReadFromSqlServer: ReadFromSqlServerConfig;
  /** Python; reads no input. */
  readonly ReadFromTFRecord: ReadFromTFRecordConfig;
  /** Python; reads no input. */
  readonly ReadFromText: ReadFromTextConfig;
  /** Python; reads an input. */
  readonly Reshuffle: ReshuffleConfig;
  /** Python; reads an input. */
  readonly RunInference: RunInferenceConfig;
  /** Expanded by Java. */
  readonly Sql: SqlConfig;
  /** Python; reads an input. */
  readonly StripErrorMetadata: StripErrorMetadataConfig;
  /** Python; reads an input. */
  readonly ValidateWithSchema: ValidateWithSchemaConfig;
  /** Python; reads an input. */
  readonly WindowInto: WindowIntoConfig;
  /** Python; reads an input. */
  readonly WriteToAvro: WriteToAvroConfig;
  /** Expanded by Java. */
  readonly WriteToBigQuery: WriteToBigQueryConfig;
  /** Expanded by Java. */
  readonly WriteToBigTable: WriteToBigTableConfig;
  /** Python; reads an input. */
  readonly WriteToCsv: WriteToCsvConfig;
  /** Expanded by Java. */
  readonly WriteToDatadog: WriteToDatadogConfig;
  /** Expanded by Java. */
  readonly WriteToFirestore: WriteToFirestoreConfig;
  /** Expanded by Java. */
  readonly WriteToIbmMQ: WriteToIbmMQConfig;
  /** Python; reads an input. */
  readonly WriteToIceberg: WriteToIcebergConfig;
  /** Expanded by Java. */
  readonly WriteToJdbc: WriteToJdbcConfig;
  /** Expanded by Java. */
  readonly WriteToJms: WriteToJmsConfig;
  /** Python; reads an input. */
  readonly WriteToJson: WriteToJsonConfig;
  /** Expanded by Java. */
  readonly WriteToKafka: WriteToKafkaConfig;
  /** Expanded by Java. */
  readonly WriteToKinesis: WriteToKinesisConfig;
  /** Python; reads an input. */
  readonly WriteToMongoDB: WriteToMongoDBConfig;
  /** Expanded by Java. */
  readonly WriteToMySql: WriteToMySqlConfig;
  /** Expanded by Java. */
  readonly WriteToOracle: WriteToOracleConfig;
  /** Python; reads an input. */
  readonly WriteToParquet: WriteToParquetConfig;
  /** Expanded by Java. */
  readonly WriteToPostgres: WriteToPostgresConfig;
  /** Python; reads an input. */
  readonly WriteToPubSub: WriteToPubSubConfig;
  /** Expanded by Java. */
  readonly WriteToSnowflake: WriteToSnowflakeConfig;
  /** Expanded by Java. */
  readonly WriteToSpanner: WriteToSpannerConfig;
  /** Expanded by Java. */
  readonly WriteToSqlServer: WriteToSqlServerConfig;
  /** Python; reads an input. */
  readonly WriteToTFRecord: WriteToTFRecordConfig;
  /** Python; reads an input. */
  readonly WriteToText: WriteToTextConfig;
}

/** Configuration of AnomalyDetection. */
interface AnomalyDetectionConfig {
  /** Required. */
  readonly detector: JsonValue;
}

/** Configuration of AssertEqual. */
interface AssertEqualConfig {
  /** Required. */
  readonly elements: readonly JsonValue[];
}

/** Configuration of AssignTimestamps. */
interface AssignTimestampsConfig {
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default Beam's own */
  readonly language?: "generic" | "javascript" | "python";
  /** Required. */
  readonly timestamp: JsonValue;
}

/** Configuration of Combine. */
interface CombineConfig {
  /** Required. */
  readonly combine: {
    readonly [key: string]: {
      readonly [key: string]: JsonValue;
    };
  };
  /** Required. */
  readonly group_by: string | readonly string[];
  /** @default Beam's own */
  readonly language?: "calcite" | "generic" | "javascript" | "python" | "sql";
}

/** Configuration of Create. */
interface CreateConfig {
  /** Required. */
  readonly elements: readonly JsonValue[];
  /** @default true */
  readonly reshuffle?: boolean;
}

/** Configuration of DicomSearch. */
interface DicomSearchConfig {
  /** @default 8 */
  readonly buffer_size?: number;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default 5 */
  readonly max_workers?: number;
}

/** Configuration of Enrichment. */
interface EnrichmentConfig {
  /** Required. */
  readonly enrichment_handler: string;
  /** Required. */
  readonly handler_config: JsonObject;
  /** @default 30 */
  readonly timeout?: number;
}

/** Configuration of Explode. */
interface ExplodeConfig {
  /** @default Beam's own */
  readonly cross_product?: boolean;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** Required. */
  readonly fields: JsonValue;
}

/** Configuration of ExtractWindowingInfo. */
interface ExtractWindowingInfoConfig {
  /** @default Beam's own */
  readonly fields?: JsonObject | readonly string[];
}

/** Configuration of Filter. */
interface FilterConfig {
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** Required. */
  readonly keep: JsonValue;
  /** @default Beam's own */
  readonly language?: "calcite" | "generic" | "java" | "javascript" | "python" | "sql";
}

/** Configuration of Flatten. */
interface FlattenConfig {
  /** It has no fields. @default none */
  readonly none?: never;
}

/** Configuration of IcebergAddFiles. */
interface IcebergAddFilesConfig {
  /** @default Beam's own */
  readonly catalog_properties?: JsonValue;
  /** @default Beam's own */
  readonly config_properties?: JsonValue;
  /** @default Beam's own */
  readonly dry_run?: JsonValue;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default Beam's own */
  readonly incompatible_schema_handling?: JsonValue;
  /** @default Beam's own */
  readonly location_prefix?: JsonValue;
  /** @default Beam's own */
  readonly manifest_file_size?: JsonValue;
  /** @default Beam's own */
  readonly partition_fields?: JsonValue;
  /** @default Beam's own */
  readonly required_columns?: JsonValue;
  /** @default Beam's own */
  readonly schema_evolution_options?: JsonValue;
  /** @default Beam's own */
  readonly sort_fields?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly table_properties?: JsonValue;
  /** @default Beam's own */
  readonly triggering_frequency_seconds?: JsonValue;
  /** @default Beam's own */
  readonly unverifiable_file_handling?: JsonValue;
}

/** Configuration of Join. */
interface JoinConfig {
  /** Required. */
  readonly equalities: JsonValue;
  /** @default Beam's own */
  readonly fields?: JsonObject;
  /** @default "inner" */
  readonly type?: JsonValue;
}

/** Configuration of LogForTesting. */
interface LogForTestingConfig {
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default "INFO" */
  readonly level?: string;
  /** @default "" */
  readonly prefix?: string;
}

/** Configuration of MLTransform. */
interface MLTransformConfig {
  /** @default Beam's own */
  readonly read_artifact_location?: string;
  /** @default Beam's own */
  readonly transforms?: readonly JsonValue[];
  /** @default Beam's own */
  readonly write_artifact_location?: string;
}

/** Configuration of MapToFields. */
interface MapToFieldsConfig {
  /** @default false */
  readonly append?: boolean;
  /** @default Beam's own */
  readonly dependencies?: readonly string[];
  /** @default Beam's own */
  readonly drop?: string | readonly string[];
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** Required. */
  readonly fields: JsonObject;
  /** @default Beam's own */
  readonly language?: "calcite" | "generic" | "java" | "javascript" | "python" | "sql";
}

/** Configuration of MatchAll. */
interface MatchAllConfig {
  /** @default "ALLOW" */
  readonly empty_match_treatment?: string;
  /** @default Beam's own */
  readonly file_pattern?: string;
}

/** Configuration of Partition. */
interface PartitionConfig {
  /** Required. */
  readonly by: JsonValue;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default "generic" */
  readonly language?: "generic" | "javascript" | "python";
  /** Required. */
  readonly outputs: readonly string[];
  /** @default Beam's own */
  readonly unknown_output?: string;
}

/** Configuration of PyTransform. */
interface PyTransformConfig {
  /** @default Beam's own */
  readonly args?: readonly JsonValue[];
  /** Required. */
  readonly constructor: string;
  /** @default Beam's own */
  readonly kwargs?: JsonObject;
}

/** Configuration of ReadFromAvro. */
interface ReadFromAvroConfig {
  /** @default Beam's own */
  readonly path?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly min_bundle_size?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly use_fastavro?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly validate?: JsonValue;
}

/** Configuration of ReadFromBigQuery. */
interface ReadFromBigQueryConfig {
  /** @default Beam's own */
  readonly fields?: readonly string[];
  /** @default Beam's own */
  readonly query?: string;
  /** @default Beam's own */
  readonly row_restriction?: string;
  /** @default Beam's own */
  readonly schema?: JsonValue;
  /** @default Beam's own */
  readonly table?: string;
  /** Other fields are passed on by Beam. */
  readonly [field: string]: JsonValue | undefined;
}

/** Configuration of ReadFromBigTable. */
interface ReadFromBigTableConfig {
  /** @default Beam's own */
  readonly flatten?: JsonValue;
  /** @default Beam's own */
  readonly instance?: JsonValue;
  /** @default Beam's own */
  readonly project?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
}

/** Configuration of ReadFromCsv. */
interface ReadFromCsvConfig {
  /** @default Beam's own */
  readonly comment?: JsonValue;
  /** @default Beam's own */
  readonly delimiter?: JsonValue;
  /** @default Beam's own */
  readonly filename_column?: string;
  /** Required. */
  readonly path: string;
  /** Passed on by Beam. @default Beam's own */
  readonly splittable?: JsonValue;
  /** Other fields are passed on by Beam. */
  readonly [field: string]: JsonValue | undefined;
}

/** Configuration of ReadFromDebezium. */
interface ReadFromDebeziumConfig {
  /** @default Beam's own */
  readonly connection_properties?: JsonValue;
  /** @default Beam's own */
  readonly connector?: JsonValue;
  /** @default Beam's own */
  readonly host?: JsonValue;
  /** @default Beam's own */
  readonly max_number_of_records?: JsonValue;
  /** @default Beam's own */
  readonly max_time_to_run?: JsonValue;
  /** @default Beam's own */
  readonly password?: JsonValue;
  /** @default Beam's own */
  readonly port?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly username?: JsonValue;
}

/** Configuration of ReadFromDelta. */
interface ReadFromDeltaConfig {
  /** @default Beam's own */
  readonly hadoop_config?: {
    readonly [key: string]: string;
  };
  /** Required. */
  readonly table: string;
  /** @default Beam's own */
  readonly timestamp?: string;
  /** @default Beam's own */
  readonly version?: number;
}

/** Configuration of ReadFromDeltaCDC. */
interface ReadFromDeltaCDCConfig {
  /** @default Beam's own */
  readonly end_timestamp?: string;
  /** @default Beam's own */
  readonly end_version?: number;
  /** @default Beam's own */
  readonly hadoop_config?: {
    readonly [key: string]: string;
  };
  /** @default Beam's own */
  readonly include_metadata_columns?: readonly string[];
  /** @default Beam's own */
  readonly start_timestamp?: string;
  /** @default Beam's own */
  readonly start_version?: number;
  /** Required. */
  readonly table: string;
}

/** Configuration of ReadFromFirestore. */
interface ReadFromFirestoreConfig {
  /** @default Beam's own */
  readonly collection?: JsonValue;
  /** @default Beam's own */
  readonly database?: JsonValue;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default Beam's own */
  readonly project?: JsonValue;
  /** @default Beam's own */
  readonly schema?: JsonValue;
}

/** Configuration of ReadFromIbmMQ. */
interface ReadFromIbmMQConfig {
  /** @default Beam's own */
  readonly acknowledge_mode?: JsonValue;
  /** @default Beam's own */
  readonly close_timeout_seconds?: JsonValue;
  /** @default Beam's own */
  readonly connection_configuration?: JsonValue;
  /** @default Beam's own */
  readonly individual_acknowledge_mode_code?: JsonValue;
  /** @default Beam's own */
  readonly max_num_records?: JsonValue;
  /** @default Beam's own */
  readonly max_read_time_seconds?: JsonValue;
  /** @default Beam's own */
  readonly queue?: JsonValue;
  /** @default Beam's own */
  readonly topic?: JsonValue;
}

/** Configuration of ReadFromIceberg. */
interface ReadFromIcebergConfig {
  /** @default Beam's own */
  readonly catalog_name?: string;
  /** @default Beam's own */
  readonly catalog_properties?: {
    readonly [key: string]: string;
  };
  /** @default Beam's own */
  readonly config_properties?: {
    readonly [key: string]: string;
  };
  /** @default Beam's own */
  readonly drop?: readonly string[];
  /** @default Beam's own */
  readonly filter?: string;
  /** @default Beam's own */
  readonly keep?: readonly string[];
  /** Required. */
  readonly table: string;
}

/** Configuration of ReadFromIcebergCDC. */
interface ReadFromIcebergCDCConfig {
  /** @default Beam's own */
  readonly catalog_name?: JsonValue;
  /** @default Beam's own */
  readonly catalog_properties?: JsonValue;
  /** @default Beam's own */
  readonly config_properties?: JsonValue;
  /** @default Beam's own */
  readonly drop?: JsonValue;
  /** @default Beam's own */
  readonly filter?: JsonValue;
  /** @default Beam's own */
  readonly from_snapshot?: JsonValue;
  /** @default Beam's own */
  readonly from_timestamp?: JsonValue;
  /** @default Beam's own */
  readonly keep?: JsonValue;
  /** @default Beam's own */
  readonly poll_interval_seconds?: JsonValue;
  /** @default Beam's own */
  readonly starting_strategy?: JsonValue;
  /** @default Beam's own */
  readonly streaming?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly to_snapshot?: JsonValue;
  /** @default Beam's own */
  readonly to_timestamp?: JsonValue;
}

/** Configuration of ReadFromJdbc. */
interface ReadFromJdbcConfig {
  /** @default Beam's own */
  readonly connection_init_sql?: JsonValue;
  /** @default Beam's own */
  readonly connection_properties?: JsonValue;
  /** @default Beam's own */
  readonly disable_auto_commit?: JsonValue;
  /** @default Beam's own */
  readonly driver_class_name?: JsonValue;
  /** @default Beam's own */
  readonly driver_jars?: JsonValue;
  /** @default Beam's own */
  readonly fetch_size?: JsonValue;
  /** @default Beam's own */
  readonly num_partitions?: JsonValue;
  /** @default Beam's own */
  readonly output_parallelization?: JsonValue;
  /** @default Beam's own */
  readonly partition_column?: JsonValue;
  /** @default Beam's own */
  readonly password?: JsonValue;
  /** @default Beam's own */
  readonly query?: JsonValue;
  /** @default Beam's own */
  readonly secret_manager?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly type?: JsonValue;
  /** @default Beam's own */
  readonly url?: JsonValue;
  /** @default Beam's own */
  readonly username?: JsonValue;
}

/** Configuration of ReadFromJms. */
interface ReadFromJmsConfig {
  /** @default Beam's own */
  readonly acknowledge_mode?: JsonValue;
  /** @default Beam's own */
  readonly close_timeout_seconds?: JsonValue;
  /** @default Beam's own */
  readonly connection_configuration?: JsonValue;
  /** @default Beam's own */
  readonly individual_acknowledge_mode_code?: JsonValue;
  /** @default Beam's own */
  readonly max_num_records?: JsonValue;
  /** @default Beam's own */
  readonly max_read_time_seconds?: JsonValue;
  /** @default Beam's own */
  readonly queue?: JsonValue;
  /** @default Beam's own */
  readonly topic?: JsonValue;
}

/** Configuration of ReadFromJson. */
interface ReadFromJsonConfig {
  /** Required. */
  readonly path: string;
  /** Passed on by Beam. @default Beam's own */
  readonly dtype?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly lines?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly orient?: JsonValue;
  /** Other fields are passed on by Beam. */
  readonly [field: string]: JsonValue | undefined;
}

/** Configuration of ReadFromKafka. */
interface ReadFromKafkaConfig {
  /** @default Beam's own */
  readonly auto_offset_reset_config?: JsonValue;
  /** @default Beam's own */
  readonly bootstrap_servers?: JsonValue;
  /** @default Beam's own */
  readonly confluent_schema_registry_subject?: JsonValue;
  /** @default Beam's own */
  readonly confluent_schema_registry_url?: JsonValue;
  /** @default Beam's own */
  readonly consumer_config?: JsonValue;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default Beam's own */
  readonly file_descriptor_path?: JsonValue;
  /** @default Beam's own */
  readonly format?: JsonValue;
  /** @default Beam's own */
  readonly max_read_time_seconds?: JsonValue;
  /** @default Beam's own */
  readonly message_name?: JsonValue;
  /** @default Beam's own */
  readonly schema?: JsonValue;
  /** @default Beam's own */
  readonly topic?: JsonValue;
}

/** Configuration of ReadFromKinesis. */
interface ReadFromKinesisConfig {
  /** @default Beam's own */
  readonly aws_access_key?: JsonValue;
  /** @default Beam's own */
  readonly aws_secret_key?: JsonValue;
  /** @default Beam's own */
  readonly initial_position_in_stream?: JsonValue;
  /** @default Beam's own */
  readonly initial_timestamp_in_stream?: JsonValue;
  /** @default Beam's own */
  readonly max_capacity_per_shard?: JsonValue;
  /** @default Beam's own */
  readonly max_num_records?: JsonValue;
  /** @default Beam's own */
  readonly max_read_time?: JsonValue;
  /** @default Beam's own */
  readonly rate_limit?: JsonValue;
  /** @default Beam's own */
  readonly region?: JsonValue;
  /** @default Beam's own */
  readonly request_records_limit?: JsonValue;
  /** @default Beam's own */
  readonly service_endpoint?: JsonValue;
  /** @default Beam's own */
  readonly stream_name?: JsonValue;
  /** @default Beam's own */
  readonly up_to_date_threshold?: JsonValue;
  /** @default Beam's own */
  readonly verify_certificate?: JsonValue;
  /** @default Beam's own */
  readonly watermark_idle_duration_threshold?: JsonValue;
  /** @default Beam's own */
  readonly watermark_policy?: JsonValue;
}

/** Configuration of ReadFromMongoDB. */
interface ReadFromMongoDBConfig {
  /** Required. */
  readonly collection: string;
  /** Required. */
  readonly database: string;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default Beam's own */
  readonly filter?: JsonObject;
  /** Required. */
  readonly schema: JsonValue;
  /** @default Beam's own */
  readonly uri?: string;
}

/** Configuration of ReadFromMySql. */
interface ReadFromMySqlConfig {
  /** @default Beam's own */
  readonly connection_init_sql?: JsonValue;
  /** @default Beam's own */
  readonly connection_properties?: JsonValue;
  /** @default Beam's own */
  readonly disable_auto_commit?: JsonValue;
  /** @default Beam's own */
  readonly driver_class_name?: JsonValue;
  /** @default Beam's own */
  readonly driver_jars?: JsonValue;
  /** @default Beam's own */
  readonly fetch_size?: JsonValue;
  /** @default Beam's own */
  readonly num_partitions?: JsonValue;
  /** @default Beam's own */
  readonly output_parallelization?: JsonValue;
  /** @default Beam's own */
  readonly partition_column?: JsonValue;
  /** @default Beam's own */
  readonly password?: JsonValue;
  /** @default Beam's own */
  readonly query?: JsonValue;
  /** @default Beam's own */
  readonly secret_manager?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly type?: JsonValue;
  /** @default Beam's own */
  readonly url?: JsonValue;
  /** @default Beam's own */
  readonly username?: JsonValue;
}

/** Configuration of ReadFromOracle. */
interface ReadFromOracleConfig {
  /** @default Beam's own */
  readonly connection_init_sql?: JsonValue;
  /** @default Beam's own */
  readonly connection_properties?: JsonValue;
  /** @default Beam's own */
  readonly disable_auto_commit?: JsonValue;
  /** @default Beam's own */
  readonly driver_class_name?: JsonValue;
  /** @default Beam's own */
  readonly driver_jars?: JsonValue;
  /** @default Beam's own */
  readonly fetch_size?: JsonValue;
  /** @default Beam's own */
  readonly num_partitions?: JsonValue;
  /** @default Beam's own */
  readonly output_parallelization?: JsonValue;
  /** @default Beam's own */
  readonly partition_column?: JsonValue;
  /** @default Beam's own */
  readonly password?: JsonValue;
  /** @default Beam's own */
  readonly query?: JsonValue;
  /** @default Beam's own */
  readonly secret_manager?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly type?: JsonValue;
  /** @default Beam's own */
  readonly url?: JsonValue;
  /** @default Beam's own */
  readonly username?: JsonValue;
}

/** Configuration of ReadFromParquet. */
interface ReadFromParquetConfig {
  /** @default Beam's own */
  readonly path?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly columns?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly min_bundle_size?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly validate?: JsonValue;
}

/** Configuration of ReadFromPostgres. */
interface ReadFromPostgresConfig {
  /** @default Beam's own */
  readonly connection_init_sql?: JsonValue;
  /** @default Beam's own */
  readonly connection_properties?: JsonValue;
  /** @default Beam's own */
  readonly disable_auto_commit?: JsonValue;
  /** @default Beam's own */
  readonly driver_class_name?: JsonValue;
  /** @default Beam's own */
  readonly driver_jars?: JsonValue;
  /** @default Beam's own */
  readonly fetch_size?: JsonValue;
  /** @default Beam's own */
  readonly num_partitions?: JsonValue;
  /** @default Beam's own */
  readonly output_parallelization?: JsonValue;
  /** @default Beam's own */
  readonly partition_column?: JsonValue;
  /** @default Beam's own */
  readonly password?: JsonValue;
  /** @default Beam's own */
  readonly query?: JsonValue;
  /** @default Beam's own */
  readonly secret_manager?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly type?: JsonValue;
  /** @default Beam's own */
  readonly url?: JsonValue;
  /** @default Beam's own */
  readonly username?: JsonValue;
}

/** Configuration of ReadFromPubSub. */
interface ReadFromPubSubConfig {
  /** @default Beam's own */
  readonly attributes?: readonly string[];
  /** @default Beam's own */
  readonly attributes_map?: string;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** Required. */
  readonly format: string;
  /** @default Beam's own */
  readonly id_attribute?: string;
  /** @default Beam's own */
  readonly publish_time_field?: string;
  /** @default Beam's own */
  readonly schema?: JsonValue;
  /** @default Beam's own */
  readonly subscription?: string;
  /** @default Beam's own */
  readonly timestamp_attribute?: string;
  /** @default Beam's own */
  readonly topic?: string;
}

/** Configuration of ReadFromSnowflake. */
interface ReadFromSnowflakeConfig {
  /** @default Beam's own */
  readonly database?: JsonValue;
  /** @default Beam's own */
  readonly oauth_token?: JsonValue;
  /** @default Beam's own */
  readonly password?: JsonValue;
  /** @default Beam's own */
  readonly private_key?: JsonValue;
  /** @default Beam's own */
  readonly private_key_passphrase?: JsonValue;
  /** @default Beam's own */
  readonly query?: JsonValue;
  /** @default Beam's own */
  readonly quotation_mark?: JsonValue;
  /** @default Beam's own */
  readonly role?: JsonValue;
  /** @default Beam's own */
  readonly schema?: JsonValue;
  /** @default Beam's own */
  readonly server_name?: JsonValue;
  /** @default Beam's own */
  readonly snowflake_schema?: JsonValue;
  /** @default Beam's own */
  readonly staging_bucket_name?: JsonValue;
  /** @default Beam's own */
  readonly storage_integration_name?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly username?: JsonValue;
  /** @default Beam's own */
  readonly warehouse?: JsonValue;
}

/** Configuration of ReadFromSpanner. */
interface ReadFromSpannerConfig {
  /** @default Beam's own */
  readonly batching?: JsonValue;
  /** @default Beam's own */
  readonly columns?: JsonValue;
  /** @default Beam's own */
  readonly database?: JsonValue;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default Beam's own */
  readonly index?: JsonValue;
  /** @default Beam's own */
  readonly instance?: JsonValue;
  /** @default Beam's own */
  readonly project?: JsonValue;
  /** @default Beam's own */
  readonly query?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
}

/** Configuration of ReadFromSpannerCDC. */
interface ReadFromSpannerCDCConfig {
  /** @default Beam's own */
  readonly change_stream?: JsonValue;
  /** @default Beam's own */
  readonly database?: JsonValue;
  /** @default Beam's own */
  readonly end_at?: JsonValue;
  /** @default Beam's own */
  readonly instance?: JsonValue;
  /** @default Beam's own */
  readonly project?: JsonValue;
  /** @default Beam's own */
  readonly start_at?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
}

/** Configuration of ReadFromSqlServer. */
interface ReadFromSqlServerConfig {
  /** @default Beam's own */
  readonly connection_init_sql?: JsonValue;
  /** @default Beam's own */
  readonly connection_properties?: JsonValue;
  /** @default Beam's own */
  readonly disable_auto_commit?: JsonValue;
  /** @default Beam's own */
  readonly driver_class_name?: JsonValue;
  /** @default Beam's own */
  readonly driver_jars?: JsonValue;
  /** @default Beam's own */
  readonly fetch_size?: JsonValue;
  /** @default Beam's own */
  readonly num_partitions?: JsonValue;
  /** @default Beam's own */
  readonly output_parallelization?: JsonValue;
  /** @default Beam's own */
  readonly partition_column?: JsonValue;
  /** @default Beam's own */
  readonly password?: JsonValue;
  /** @default Beam's own */
  readonly query?: JsonValue;
  /** @default Beam's own */
  readonly secret_manager?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly type?: JsonValue;
  /** @default Beam's own */
  readonly url?: JsonValue;
  /** @default Beam's own */
  readonly username?: JsonValue;
}

/** Configuration of ReadFromTFRecord. */
interface ReadFromTFRecordConfig {
  /** @default Beam's own */
  readonly coder?: JsonValue;
  /** @default "AUTO" */
  readonly compression_type?: string;
  /** Required. */
  readonly file_pattern: string;
  /** @default true */
  readonly validate?: boolean;
}

/** Configuration of ReadFromText. */
interface ReadFromTextConfig {
  /** Required. */
  readonly path: string;
}

/** Configuration of Reshuffle. */
interface ReshuffleConfig {
  /** @default Beam's own */
  readonly num_buckets?: number;
}

/** Configuration of RunInference. */
interface RunInferenceConfig {
  /** @default Beam's own */
  readonly inference_args?: JsonObject;
  /** @default "inference" */
  readonly inference_tag?: string;
  /** Required. */
  readonly model_handler: JsonObject;
}

/** Configuration of Sql. */
interface SqlConfig {
  /** Other fields are passed on by Beam. */
  readonly [field: string]: JsonValue | undefined;
}

/** Configuration of StripErrorMetadata. */
interface StripErrorMetadataConfig {
  /** It has no fields. @default none */
  readonly none?: never;
}

/** Configuration of ValidateWithSchema. */
interface ValidateWithSchemaConfig {
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** Required. */
  readonly schema: JsonObject;
}

/** Configuration of WindowInto. */
interface WindowIntoConfig {
  /** Required. */
  readonly windowing: JsonValue;
}

/** Configuration of WriteToAvro. */
interface WriteToAvroConfig {
  /** Required. */
  readonly path: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly codec?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly file_name_suffix?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly mime_type?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly num_shards?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly schema?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly shard_name_template?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly triggering_frequency?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly use_fastavro?: JsonValue;
}

/** Configuration of WriteToBigQuery. */
interface WriteToBigQueryConfig {
  /** @default Beam's own */
  readonly create_disposition?: JsonValue;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default Beam's own */
  readonly num_streams?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly write_disposition?: JsonValue;
}

/** Configuration of WriteToBigTable. */
interface WriteToBigTableConfig {
  /** @default Beam's own */
  readonly instance?: JsonValue;
  /** @default Beam's own */
  readonly project?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
}

/** Configuration of WriteToCsv. */
interface WriteToCsvConfig {
  /** @default Beam's own */
  readonly delimiter?: JsonValue;
  /** Required. */
  readonly path: string;
  /** Passed on by Beam. @default Beam's own */
  readonly file_naming?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly num_shards?: JsonValue;
  /** Other fields are passed on by Beam. */
  readonly [field: string]: JsonValue | undefined;
}

/** Configuration of WriteToDatadog. */
interface WriteToDatadogConfig {
  /** @default Beam's own */
  readonly api_key?: JsonValue;
  /** @default Beam's own */
  readonly batch_count?: JsonValue;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default Beam's own */
  readonly max_buffer_size?: JsonValue;
  /** @default Beam's own */
  readonly min_batch_count?: JsonValue;
  /** @default Beam's own */
  readonly parallelism?: JsonValue;
  /** @default Beam's own */
  readonly url?: JsonValue;
}

/** Configuration of WriteToFirestore. */
interface WriteToFirestoreConfig {
  /** @default Beam's own */
  readonly collection?: JsonValue;
  /** @default Beam's own */
  readonly database?: JsonValue;
  /** @default Beam's own */
  readonly document_id_field?: JsonValue;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default Beam's own */
  readonly project?: JsonValue;
}

/** Configuration of WriteToIbmMQ. */
interface WriteToIbmMQConfig {
  /** @default Beam's own */
  readonly connection_configuration?: JsonValue;
  /** @default Beam's own */
  readonly queue?: JsonValue;
  /** @default Beam's own */
  readonly topic?: JsonValue;
}

/** Configuration of WriteToIceberg. */
interface WriteToIcebergConfig {
  /** @default Beam's own */
  readonly allowed_lateness_seconds?: number;
  /** @default Beam's own */
  readonly autosharding?: boolean;
  /** @default Beam's own */
  readonly catalog_name?: string;
  /** @default Beam's own */
  readonly catalog_properties?: {
    readonly [key: string]: string;
  };
  /** @default Beam's own */
  readonly change_type_column?: string;
  /** @default Beam's own */
  readonly change_type_map?: {
    readonly [key: string]: string;
  };
  /** @default Beam's own */
  readonly config_properties?: {
    readonly [key: string]: string;
  };
  /** @default Beam's own */
  readonly distribution_mode?: string;
  /** @default Beam's own */
  readonly drop?: readonly string[];
  /** @default Beam's own */
  readonly equality_columns?: readonly string[];
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default Beam's own */
  readonly keep?: readonly string[];
  /** @default Beam's own */
  readonly mode?: string;
  /** @default Beam's own */
  readonly num_shards?: number;
  /** @default Beam's own */
  readonly only?: string;
  /** @default Beam's own */
  readonly partition_fields?: readonly string[];
  /** @default Beam's own */
  readonly sequence_number_column?: string;
  /** @default Beam's own */
  readonly shards_per_partition?: number;
  /** @default Beam's own */
  readonly sink_id?: string;
  /** @default Beam's own */
  readonly snapshot_properties?: {
    readonly [key: string]: string;
  };
  /** @default Beam's own */
  readonly sorter_memory_mb?: number;
  /** Required. */
  readonly table: string;
  /** @default Beam's own */
  readonly table_properties?: {
    readonly [key: string]: string;
  };
  /** @default Beam's own */
  readonly token_heartbeat_seconds?: number;
  /** @default Beam's own */
  readonly triggering_frequency_seconds?: number;
  /** @default Beam's own */
  readonly upsert?: boolean;
}

/** Configuration of WriteToJdbc. */
interface WriteToJdbcConfig {
  /** @default Beam's own */
  readonly auto_sharding?: JsonValue;
  /** @default Beam's own */
  readonly batch_size?: JsonValue;
  /** @default Beam's own */
  readonly connection_init_sql?: JsonValue;
  /** @default Beam's own */
  readonly connection_properties?: JsonValue;
  /** @default Beam's own */
  readonly driver_class_name?: JsonValue;
  /** @default Beam's own */
  readonly driver_jars?: JsonValue;
  /** @default Beam's own */
  readonly password?: JsonValue;
  /** @default Beam's own */
  readonly query?: JsonValue;
  /** @default Beam's own */
  readonly secret_manager?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly type?: JsonValue;
  /** @default Beam's own */
  readonly url?: JsonValue;
  /** @default Beam's own */
  readonly username?: JsonValue;
}

/** Configuration of WriteToJms. */
interface WriteToJmsConfig {
  /** @default Beam's own */
  readonly connection_configuration?: JsonValue;
  /** @default Beam's own */
  readonly queue?: JsonValue;
  /** @default Beam's own */
  readonly topic?: JsonValue;
}

/** Configuration of WriteToJson. */
interface WriteToJsonConfig {
  /** Required. */
  readonly path: string;
  /** Passed on by Beam. @default Beam's own */
  readonly file_naming?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly lines?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly num_shards?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly orient?: JsonValue;
  /** Other fields are passed on by Beam. */
  readonly [field: string]: JsonValue | undefined;
}

/** Configuration of WriteToKafka. */
interface WriteToKafkaConfig {
  /** @default Beam's own */
  readonly bootstrap_servers?: JsonValue;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default Beam's own */
  readonly file_descriptor_path?: JsonValue;
  /** @default Beam's own */
  readonly format?: JsonValue;
  /** @default Beam's own */
  readonly message_name?: JsonValue;
  /** @default Beam's own */
  readonly producer_config_updates?: JsonValue;
  /** @default Beam's own */
  readonly schema?: JsonValue;
  /** @default Beam's own */
  readonly topic?: JsonValue;
}

/** Configuration of WriteToKinesis. */
interface WriteToKinesisConfig {
  /** @default Beam's own */
  readonly aggregation_enabled?: JsonValue;
  /** @default Beam's own */
  readonly aggregation_max_buffered_time?: JsonValue;
  /** @default Beam's own */
  readonly aggregation_max_bytes?: JsonValue;
  /** @default Beam's own */
  readonly aggregation_shard_refresh_interval?: JsonValue;
  /** @default Beam's own */
  readonly aws_access_key?: JsonValue;
  /** @default Beam's own */
  readonly aws_secret_key?: JsonValue;
  /** @default Beam's own */
  readonly partition_key?: JsonValue;
  /** @default Beam's own */
  readonly region?: JsonValue;
  /** @default Beam's own */
  readonly service_endpoint?: JsonValue;
  /** @default Beam's own */
  readonly stream_name?: JsonValue;
  /** @default Beam's own */
  readonly verify_certificate?: JsonValue;
}

/** Configuration of WriteToMongoDB. */
interface WriteToMongoDBConfig {
  /** @default 1024 */
  readonly batch_size?: number;
  /** Required. */
  readonly collection: string;
  /** Required. */
  readonly database: string;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default Beam's own */
  readonly uri?: string;
}

/** Configuration of WriteToMySql. */
interface WriteToMySqlConfig {
  /** @default Beam's own */
  readonly auto_sharding?: JsonValue;
  /** @default Beam's own */
  readonly batch_size?: JsonValue;
  /** @default Beam's own */
  readonly connection_init_sql?: JsonValue;
  /** @default Beam's own */
  readonly connection_properties?: JsonValue;
  /** @default Beam's own */
  readonly driver_class_name?: JsonValue;
  /** @default Beam's own */
  readonly driver_jars?: JsonValue;
  /** @default Beam's own */
  readonly password?: JsonValue;
  /** @default Beam's own */
  readonly query?: JsonValue;
  /** @default Beam's own */
  readonly secret_manager?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly type?: JsonValue;
  /** @default Beam's own */
  readonly url?: JsonValue;
  /** @default Beam's own */
  readonly username?: JsonValue;
}

/** Configuration of WriteToOracle. */
interface WriteToOracleConfig {
  /** @default Beam's own */
  readonly auto_sharding?: JsonValue;
  /** @default Beam's own */
  readonly batch_size?: JsonValue;
  /** @default Beam's own */
  readonly connection_init_sql?: JsonValue;
  /** @default Beam's own */
  readonly connection_properties?: JsonValue;
  /** @default Beam's own */
  readonly driver_class_name?: JsonValue;
  /** @default Beam's own */
  readonly driver_jars?: JsonValue;
  /** @default Beam's own */
  readonly password?: JsonValue;
  /** @default Beam's own */
  readonly query?: JsonValue;
  /** @default Beam's own */
  readonly secret_manager?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly type?: JsonValue;
  /** @default Beam's own */
  readonly url?: JsonValue;
  /** @default Beam's own */
  readonly username?: JsonValue;
}

/** Configuration of WriteToParquet. */
interface WriteToParquetConfig {
  /** Required. */
  readonly path: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly codec?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly file_name_suffix?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly mime_type?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly num_shards?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly record_batch_size?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly row_group_buffer_size?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly schema?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly shard_name_template?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly triggering_frequency?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly use_compliant_nested_type?: JsonValue;
  /** Passed on by Beam. @default Beam's own */
  readonly use_deprecated_int96_timestamps?: JsonValue;
}

/** Configuration of WriteToPostgres. */
interface WriteToPostgresConfig {
  /** @default Beam's own */
  readonly auto_sharding?: JsonValue;
  /** @default Beam's own */
  readonly batch_size?: JsonValue;
  /** @default Beam's own */
  readonly connection_init_sql?: JsonValue;
  /** @default Beam's own */
  readonly connection_properties?: JsonValue;
  /** @default Beam's own */
  readonly driver_class_name?: JsonValue;
  /** @default Beam's own */
  readonly driver_jars?: JsonValue;
  /** @default Beam's own */
  readonly password?: JsonValue;
  /** @default Beam's own */
  readonly query?: JsonValue;
  /** @default Beam's own */
  readonly secret_manager?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly type?: JsonValue;
  /** @default Beam's own */
  readonly url?: JsonValue;
  /** @default Beam's own */
  readonly username?: JsonValue;
}

/** Configuration of WriteToPubSub. */
interface WriteToPubSubConfig {
  /** @default Beam's own */
  readonly attributes?: readonly string[];
  /** @default Beam's own */
  readonly attributes_map?: string;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** Required. */
  readonly format: string;
  /** @default Beam's own */
  readonly id_attribute?: string;
  /** @default Beam's own */
  readonly schema?: JsonValue;
  /** @default Beam's own */
  readonly timestamp_attribute?: string;
  /** Required. */
  readonly topic: string;
}

/** Configuration of WriteToSnowflake. */
interface WriteToSnowflakeConfig {
  /** @default Beam's own */
  readonly create_disposition?: JsonValue;
  /** @default Beam's own */
  readonly database?: JsonValue;
  /** @default Beam's own */
  readonly debug_mode?: JsonValue;
  /** @default Beam's own */
  readonly flush_row_limit?: JsonValue;
  /** @default Beam's own */
  readonly flush_time_limit_millis?: JsonValue;
  /** @default Beam's own */
  readonly oauth_token?: JsonValue;
  /** @default Beam's own */
  readonly password?: JsonValue;
  /** @default Beam's own */
  readonly private_key?: JsonValue;
  /** @default Beam's own */
  readonly private_key_passphrase?: JsonValue;
  /** @default Beam's own */
  readonly quotation_mark?: JsonValue;
  /** @default Beam's own */
  readonly role?: JsonValue;
  /** @default Beam's own */
  readonly schema?: JsonValue;
  /** @default Beam's own */
  readonly server_name?: JsonValue;
  /** @default Beam's own */
  readonly shards_number?: JsonValue;
  /** @default Beam's own */
  readonly snow_pipe?: JsonValue;
  /** @default Beam's own */
  readonly staging_bucket_name?: JsonValue;
  /** @default Beam's own */
  readonly storage_integration_name?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly username?: JsonValue;
  /** @default Beam's own */
  readonly warehouse?: JsonValue;
  /** @default Beam's own */
  readonly write_disposition?: JsonValue;
}

/** Configuration of WriteToSpanner. */
interface WriteToSpannerConfig {
  /** @default Beam's own */
  readonly database?: JsonValue;
  /** @default Beam's own */
  readonly error_handling?: JsonObject & { readonly output: string };
  /** @default Beam's own */
  readonly instance?: JsonValue;
  /** @default Beam's own */
  readonly project?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
}

/** Configuration of WriteToSqlServer. */
interface WriteToSqlServerConfig {
  /** @default Beam's own */
  readonly auto_sharding?: JsonValue;
  /** @default Beam's own */
  readonly batch_size?: JsonValue;
  /** @default Beam's own */
  readonly connection_init_sql?: JsonValue;
  /** @default Beam's own */
  readonly connection_properties?: JsonValue;
  /** @default Beam's own */
  readonly driver_class_name?: JsonValue;
  /** @default Beam's own */
  readonly driver_jars?: JsonValue;
  /** @default Beam's own */
  readonly password?: JsonValue;
  /** @default Beam's own */
  readonly query?: JsonValue;
  /** @default Beam's own */
  readonly secret_manager?: JsonValue;
  /** @default Beam's own */
  readonly table?: JsonValue;
  /** @default Beam's own */
  readonly type?: JsonValue;
  /** @default Beam's own */
  readonly url?: JsonValue;
  /** @default Beam's own */
  readonly username?: JsonValue;
}

/** Configuration of WriteToTFRecord. */
interface WriteToTFRecordConfig {
  /** @default Beam's own */
  readonly coder?: JsonValue;
  /** @default "AUTO" */
  readonly compression_type?: string;
  /** @default "" */
  readonly file_name_suffix?: string;
  /** Required. */
  readonly file_path_prefix: string;
  /** @default 0 */
  readonly num_shards?: number;
  /** @default Beam's own */
  readonly shard_name_template?: string;
}

/** Configuration of WriteToText. */
interface WriteToTextConfig {
  /** Required. */
  readonly path: string;
}
