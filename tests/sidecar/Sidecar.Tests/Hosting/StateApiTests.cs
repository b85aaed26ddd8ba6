using System.Text.Json;

namespace Sidecar.Tests.Hosting;

/// <summary>The state API over HTTP, as a whole sidecar answers it.</summary>
public sealed class StateApiTests : IAsyncLifetime
{
    private const string Malformed = "failed deserializing HTTP body: ";
    private readonly SidecarFolder folder = new SidecarFolder().Component("store", SidecarFolder.InMemory);
    private RunningSidecar sidecar = null!;

    public async ValueTask InitializeAsync() => sidecar = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(folder));

    public async ValueTask DisposeAsync()
    {
        await sidecar.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("", 400, "EOF")]
    [InlineData("null", 204, "")]
    [InlineData("[]", 204, "")]
    [InlineData("[null]", 400, "\"key\" is a required field")]
    [InlineData("[1]", 400, "json: cannot unmarshal number into Go value of type state.SetRequest")]
    [InlineData("[[]]", 400, "json: cannot unmarshal array into Go value of type state.SetRequest")]
    [InlineData("\"x\"", 400, "json: cannot unmarshal string into Go value of type []state.SetRequest")]
    [InlineData("[{\"key\":1}]", 400, "json: cannot unmarshal number into Go struct field SetRequest.key of type string")]
    [InlineData("[{\"key\":\"k\",\"etag\":true}]", 400, "json: cannot unmarshal bool into Go struct field SetRequest.etag of type string")]
    [InlineData("[{\"key\":\"k\",\"metadata\":[]}]", 400, "json: cannot unmarshal array into Go struct field SetRequest.metadata of type map[string]string")]
    [InlineData("[{\"key\":\"k\",\"metadata\":{\"ttlInSeconds\":5}}]", 400, "json: cannot unmarshal number into Go struct field SetRequest.metadata of type string")]
    [InlineData("[{\"key\":\"k\",\"options\":{\"concurrency\":1}}]", 400, "json: cannot unmarshal number into Go struct field SetStateOption.options.Concurrency of type string")]
    [InlineData("[{\"key\":\"a||b\",\"value\":1}]", 400, "api error: code = InvalidArgument desc = input key/keyPrefix 'a||b' can't contain '||'")]
    [InlineData("[{\"KEY\":\"k\",\"Value\":1,\"unknown\":{}}]", 204, "")]
    [InlineData("[{\"key\":\"ключ 鍵 🔑\",\"value\":1}]", 204, "")]
    public async Task A_save_is_read_as_Go_reads_it(string body, int status, string message)
    {
        var answer = await sidecar.PostAsync("/v1.0/state/store", body);

        Assert.Equal((status, message), (answer.Status, Message(answer)));
    }

    [Theory]
    [InlineData("", 400, Malformed + "EOF")]
    [InlineData("null", 200, "")]
    [InlineData("{}", 200, "")]
    [InlineData("[]", 400, Malformed + "json: cannot unmarshal array into Go value of type http.BulkGetRequest")]
    [InlineData("{\"keys\":\"k\"}", 400, Malformed + "json: cannot unmarshal string into Go struct field BulkGetRequest.keys of type []string")]
    [InlineData("{\"keys\":[1]}", 400, Malformed + "json: cannot unmarshal number into Go struct field BulkGetRequest.keys of type string")]
    [InlineData("{\"keys\":[],\"parallelism\":1.5}", 400, Malformed + "json: cannot unmarshal number 1.5 into Go struct field BulkGetRequest.parallelism of type int")]
    [InlineData("{\"keys\":[\"k\"],\"parallelism\":-3000000000}", 200, "")]
    [InlineData("{\"keys\":[\"k\"],\"parallelism\":9000000000}", 200, "")]
    [InlineData("{\"keys\":[\"a||b\"]}", 400, "api error: code = InvalidArgument desc = input key/keyPrefix 'a||b' can't contain '||'")]
    public async Task A_bulk_get_is_read_as_Go_reads_it(string body, int status, string message)
    {
        var answer = await sidecar.PostAsync("/v1.0/state/store/bulk", body);

        Assert.Equal((status, message), (answer.Status, Message(answer)));
    }

    [Theory]
    [InlineData("{\"operations\":[]}", 204, "")]
    [InlineData("{\"operations\":1}", 400, Malformed + "json: cannot unmarshal number into Go struct field stateTransactionRequestBody.operations of type []http.stateTransactionRequestBodyOperation")]
    [InlineData("{\"operations\":[{\"operation\":1}]}", 400, Malformed + "json: cannot unmarshal number into Go struct field stateTransactionRequestBodyOperation.operations.operation of type string")]
    [InlineData("{\"operations\":[{\"operation\":\"upsert\",\"request\":[1]}]}", 400, Malformed + "'' expected a map, got 'slice'")]
    [InlineData("{\"operations\":[{\"operation\":\"upsert\",\"request\":\"x\"}]}", 400, Malformed + "'' expected a map, got 'string'")]
    [InlineData(
        "{\"operations\":[{\"operation\":\"upsert\",\"request\":{\"key\":1,\"etag\":[2],\"options\":{\"concurrency\":true}}}]}",
        400,
        Malformed + "3 error(s) decoding:\n\n* 'ETag' expected type 'string', got unconvertible type '[]interface {}', value: '[2]'\n* 'Key' expected type 'string', got unconvertible type 'float64', value: '1'\n* 'Options.Concurrency' expected type 'string', got unconvertible type 'bool', value: 'true'")]
    [InlineData("{\"operations\":[{\"operation\":\"delete\",\"request\":{\"key\":\"k\",\"options\":[]}}]}", 400, Malformed + "1 error(s) decoding:\n\n* 'Options' expected a map, got 'slice'")]
    [InlineData("{\"operations\":[{\"operation\":\"upsert\",\"request\":{\"key\":\"k\",\"metadata\":{\"ttlInSeconds\":5}}}]}", 400, Malformed + "1 error(s) decoding:\n\n* 'Metadata[ttlInSeconds]' expected type 'string', got unconvertible type 'float64', value: '5'")]
    [InlineData("{\"operations\":[{\"operation\":\"Upsert\",\"request\":{\"key\":\"k\"}}]}", 400, "operation type Upsert not supported")]
    [InlineData("{\"operations\":[{\"operation\":\"upsert\",\"request\":{\"key\":\"a||b\"}}]}", 400, "api error: code = InvalidArgument desc = input key/keyPrefix 'a||b' can't contain '||'")]
    public async Task A_transaction_is_read_as_Go_reads_it(string body, int status, string message)
    {
        var answer = await sidecar.PostAsync("/v1.0/state/store/transaction", body);

        Assert.Equal((status, message), (answer.Status, Message(answer)));
    }

    [Fact]
    public async Task A_transaction_may_have_a_thousand_operations()
    {
        var operations = string.Join(',', Enumerable.Range(0, 1_000).Select(i => $$$"""{"operation":"upsert","request":{"key":"t{{{i}}}","value":{{{i}}}}}"""));

        Assert.Equal(204, (await sidecar.PostAsync("/v1.0/state/store/transaction", $$"""{"operations":[{{operations}}]}""")).Status);
        Assert.Equal("999", (await sidecar.GetAsync("/v1.0/state/store/t999")).Body);
    }

    [Fact]
    public async Task Deeply_nested_values_come_back_whole()
    {
        var value = string.Concat(Enumerable.Repeat("[", 5_000)) + string.Concat(Enumerable.Repeat("]", 5_000));

        Assert.Equal(204, (await sidecar.PostAsync("/v1.0/state/store", $$"""[{"key":"deep","value":{{value}}}]""")).Status);
        Assert.Equal(value, (await sidecar.GetAsync("/v1.0/state/store/deep")).Body);
    }

    [Fact]
    public async Task A_key_is_what_its_escapes_say()
    {
        await sidecar.PostAsync("/v1.0/state/store", """[{"key":"a/b c?d","value":1}]""");

        Assert.Equal("1", (await sidecar.GetAsync("/v1.0/state/store/a%2Fb+c%3Fd")).Body);
        Assert.Equal(400, (await sidecar.GetAsync("/v1.0/state/store/a%7C%7Cb")).Status);
    }

    [Fact]
    public async Task An_empty_If_Match_deletes_whatever_is_there()
    {
        await sidecar.PostAsync("/v1.0/state/store", """[{"key":"k","value":1}]""");

        Assert.Equal(204, (await sidecar.SendAsync(HttpMethod.Delete, "/v1.0/state/store/k", null, ("If-Match", ""))).Status);
        Assert.Equal(204, (await sidecar.GetAsync("/v1.0/state/store/k")).Status);
    }

    [Theory]
    [InlineData("concurrency=never", "failed deleting state with key k: unrecognized concurrency model 'never'")]
    [InlineData("consistency=never", "failed deleting state with key k: unrecognized consistency model 'never'")]
    public async Task A_delete_with_a_bad_word_fails(string query, string message)
    {
        var answer = await sidecar.SendAsync(HttpMethod.Delete, $"/v1.0/state/store/k?{query}");

        Assert.Equal((500, message), (answer.Status, Message(answer)));
    }

    [Fact]
    public async Task Metadata_of_the_url_counts_more_than_that_of_an_item()
    {
        await sidecar.PostAsync("/v1.0/state/store?metadata.ttlInSeconds=-1", """[{"key":"k","value":1,"metadata":{"ttlInSeconds":"100"}}]""");

        Assert.Null((await sidecar.GetAsync("/v1.0/state/store/k")).Header("metadata.ttlexpiretime"));
    }

    [Fact]
    public async Task Of_several_writes_those_that_can_be_done_are_done()
    {
        await sidecar.PostAsync("/v1.0/state/store", """[{"key":"x","value":1},{"key":"y","value":1}]""");

        var answer = await sidecar.PostAsync("/v1.0/state/store", """[{"key":"x","value":2,"etag":"stale"},{"key":"y","value":2,"etag":"stale"},{"key":"z","value":2}]""");

        const string Mismatch = "possible etag mismatch. error from state store";
        Assert.Equal(409, answer.Status);
        Assert.Equal(2, Message(answer).Split('\n').Length);
        Assert.StartsWith($"failed saving state in state store store: {Mismatch}: {Mismatch}", Message(answer), StringComparison.Ordinal);
        Assert.Equal("2", (await sidecar.GetAsync("/v1.0/state/store/z")).Body);
    }

    [Fact]
    public async Task A_bulk_answer_is_written_as_by_Gos_encoder()
    {
        await sidecar.PostAsync("/v1.0/state/store", """[{"key":"<k>","value":{"b":"<&>","a":[1, 2]}}]""");

        var answer = await sidecar.PostAsync("/v1.0/state/store/bulk", """{"keys":["<k>","none"]}""");

        Assert.StartsWith("""[{"key":"\u003ck\u003e","data":{"a":[1,2],"b":"\u003c\u0026\u003e"},"etag":""", answer.Body, StringComparison.Ordinal);
        Assert.EndsWith("{\"key\":\"none\"}]\n", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("none", true)]
    [InlineData("NAME", true)]
    [InlineData("ours", true)]
    [InlineData("namespace", false)]
    public async Task The_key_prefix_decides_which_apps_share_a_key(string prefix, bool isShared)
    {
        using var shared = new SidecarFolder();
        var setting = prefix.Length == 0 ? "" : $", {{name: keyPrefix, value: {prefix}}}";
        shared.Component("store", "state.sqlite", $"{{name: connectionString, value: \"{Path.Combine(shared.Root, "state.db")}\"}}{setting}");
        await using var one = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(shared, "one") with { Namespace = "n" });
        await using var two = await RunningSidecar.StartAsync(RunningSidecar.OptionsFor(shared, "two") with { Namespace = "n" });

        await one.PostAsync("/v1.0/state/store", """[{"key":"k","value":"v"}]""");

        Assert.Equal(isShared ? 200 : 204, (await two.GetAsync("/v1.0/state/store/k")).Status);
        Assert.Contains("\"key\":\"k\",\"data\":\"v\"", (await one.PostAsync("/v1.0/state/store/bulk", """{"keys":["k"]}""")).Body, StringComparison.Ordinal);
    }

    private static string Message(Reply answer) => answer.Status < 300 ? "" : JsonDocument.Parse(answer.Body).RootElement.GetProperty("message").GetString()!;
}
