using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;
using Sidecar.Resiliency;
using Sidecar.Secrets;
using Sidecar.Tests.Grpc;

namespace Sidecar.Tests.Secrets;

public sealed class SecretGrpcTests
{
    [Fact]
    public async Task A_secret_is_a_map_and_all_secrets_are_a_map_of_maps()
    {
        await using var host = await StartAsync();

        var one = await host.AskAsync<GetSecretResponse>(GrpcMethods.Dapr + "GetSecret", new GetSecretRequest { StoreName = "vault", Key = "a" });
        var all = await host.AskAsync<GetBulkSecretResponse>(GrpcMethods.Dapr + "GetBulkSecret", new GetBulkSecretRequest { StoreName = "vault" });

        Assert.Equal("1", one.Message.Data["a"]);
        Assert.Equal("1", all.Message.Data["a"].Secrets["a"]);
    }

    [Fact]
    public async Task A_refusal_carries_no_details()
    {
        await using var host = await StartAsync();

        var refusal = await Assert.ThrowsAsync<GrpcException>(
            () => host.AskAsync<GetSecretResponse>(GrpcMethods.Dapr + "GetSecret", new GetSecretRequest { StoreName = "nope", Key = "a" }));

        Assert.Equal((GrpcCode.InvalidArgument, "failed finding secret store with key nope", null), (refusal.Code, refusal.Message, refusal.Details));
    }

    private static Task<GrpcHost> StartAsync() =>
        GrpcHost.StartAsync(new SecretGrpc(new SecretApi(new Dictionary<string, ISecretStore> { ["vault"] = new OneSecret() }, SecretScopes.None, new ResiliencyPolicies())).Register);

    private sealed class OneSecret : ISecretStore
    {
        private static readonly Dictionary<string, string> Secret = new() { ["a"] = "1" };

        public bool MultipleKeyValuesPerSecret => false;

        public Task InitAsync(CancellationToken cancellation) => Task.CompletedTask;

        public ValueTask<IReadOnlyDictionary<string, string>> GetAsync(string name, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation) =>
            ValueTask.FromResult<IReadOnlyDictionary<string, string>>(Secret);

        public ValueTask<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> GetAllAsync(IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation) =>
            ValueTask.FromResult<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>>(new Dictionary<string, IReadOnlyDictionary<string, string>> { ["a"] = Secret });
    }
}
