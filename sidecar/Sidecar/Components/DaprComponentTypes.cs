namespace Sidecar.Components;

/// <summary>
/// The component types of daprd 1.18. A folder made for daprd should start here as far as it makes sense: what an app can live
/// without until it asks for it is listed only, a missing state store, broker or secret store is an error.
/// </summary>
public static class DaprComponentTypes
{
    private static readonly string[] State = Of("state",
        """
        aerospike alicloud.tablestore aws.dynamodb azure.blobstorage azure.cosmosdb azure.tablestorage cassandra cloudflare.workerskv
        cockroachdb coherence consul couchbase etcd gcp.firestore hashicorp.consul hazelcast jetstream memcached mongodb mysql
        oci.objectstorage oracledatabase ravendb rethinkdb sqlserver yugabyte yugabytedb zookeeper
        """);

    private static readonly string[] PubSub = Of("pubsub",
        """
        aws.snssqs azure.eventhubs azure.servicebus azure.servicebus.queues azure.servicebus.topics azure.servicebusqueues gcp.pubsub
        jetstream kafka kubemq mqtt mqtt3 pulsar redis rocketmq snssqs solace.amqp
        """);

    private static readonly string[] SecretStores = Of("secretstores",
        """
        alicloud.parameterstore aws.parameterstore aws.secretmanager azure.keyvault gcp.secretmanager hashicorp.vault
        huaweicloud.csms kubernetes tencentcloud.ssm
        """);

    private static readonly string[] Bindings = Of("bindings",
        """
        alicloud.dingtalk.webhook alicloud.dubbo alicloud.oss alicloud.sls alicloud.tablestore apns aws.dynamodb aws.kinesis aws.s3
        aws.ses aws.sns aws.sqs azure.blobstorage azure.cosmosdb azure.cosmosdb.gremlinapi azure.eventgrid azure.eventhubs
        azure.openai azure.servicebus.queues azure.servicebusqueues azure.signalr azure.storagequeues cloudflare.queues
        commercetools dingtalk.webhook dubbo gcp.bucket gcp.pubsub graphql http huawei.obs influx kafka kubemq kubernetes
        localstorage mqtt mqtt3 mysql postgres postgresql postmark rabbitmq redis rethinkdb.statechange rocketmq sftp smtp
        twilio.sendgrid twilio.sms wasm zeebe.command zeebe.jobworker
        """);

    private static readonly string[] Others =
    [
        .. Of("lock", "redis"),
        .. Of("configuration", "azure.appconfig kubernetes postgres postgresql redis"),
        .. Of("crypto", "azure.keyvault dapr.jwks dapr.kubernetes.secrets dapr.localstorage"),
        .. Of("conversation", "anthropic aws.bedrock deepseek echo googleai huggingface mistral ollama openai"),
        .. Of("middleware.http", "bearer oauth2 oauth2clientcredentials opa ratelimit routeralias routerchecker sentinel uppercase wasm"),
    ];

    private static readonly HashSet<string> ListedOnly = [.. Bindings, .. Others, "state.mongodb"];

    public static IReadOnlyList<string> All { get; } = [.. State, .. PubSub, .. SecretStores, .. Bindings, .. Others];

    public static bool IsListedOnly(string type) => ListedOnly.Contains(type);

    private static string[] Of(string category, string names) =>
        [.. names.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(name => $"{category}.{name}")];
}
