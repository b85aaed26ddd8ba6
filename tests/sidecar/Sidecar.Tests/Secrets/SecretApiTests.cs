using Sidecar.Components;
using Sidecar.Errors;
using Sidecar.Resiliency;
using Sidecar.Secrets;

namespace Sidecar.Tests.Secrets;

public sealed class SecretApiTests
{
    private static readonly Dictionary<string, string> None = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_any_store_secrets_are_not_configured()
    {
        var api = new SecretApi(new Dictionary<string, ISecretStore>(), SecretScopes.None, new ResiliencyPolicies());
        await RefusedAsync(() => api.GetAsync("vault", "a", None, Cancellation), 500, GrpcCode.FailedPrecondition, "ERR_SECRET_STORES_NOT_CONFIGURED", "secret store is not configured");
    }

    [Fact]
    public async Task An_unknown_store_is_unauthorized_over_http_and_an_invalid_argument_over_grpc()
    {
        var api = Api(SecretScopes.None);
        await RefusedAsync(() => api.GetAsync("nope", "a", None, Cancellation), 401, GrpcCode.InvalidArgument, "ERR_SECRET_STORE_NOT_FOUND", "failed finding secret store with key nope");
        await RefusedAsync(() => api.GetAllAsync("nope", None, Cancellation), 401, GrpcCode.InvalidArgument, "ERR_SECRET_STORE_NOT_FOUND", "failed finding secret store with key nope");
    }

    [Fact]
    public async Task What_a_store_refuses_is_answered_with_its_reason()
    {
        var api = Api(SecretScopes.None);
        await RefusedAsync(() => api.GetAsync("vault", "c", None, Cancellation), 500, GrpcCode.Internal, "ERR_SECRET_GET", "failed getting secret with key c from secret store vault: secret c not found");
        await RefusedAsync(() => api.GetAllAsync("broken", None, Cancellation), 500, GrpcCode.Internal, "ERR_SECRET_GET", "failed getting secrets from secret store broken: secret * not found");
    }

    [Fact]
    public async Task Secrets_out_of_scope_are_denied_singly_and_left_out_of_all()
    {
        var api = Api(new SecretScopes([new("vault") { DeniedSecrets = ["b"] }]));
        Assert.Equal("1", (await api.GetAsync("vault", "a", None, Cancellation))["a"]);
        await RefusedAsync(() => api.GetAsync("vault", "b", None, Cancellation), 403, GrpcCode.PermissionDenied, "ERR_PERMISSION_DENIED", "access denied by policy to get \"b\" from \"vault\"");
        Assert.Equal(["a"], (await api.GetAllAsync("vault", None, Cancellation)).Keys);
    }

    [Theory]
    [InlineData("", "", "", "a,b,c")]
    [InlineData("Deny", "", "", "")]
    [InlineData("deny", "b", "", "b")]
    [InlineData("allow", "b", "b", "b")]
    [InlineData("", "", "a,c", "b")]
    [InlineData("deny", "", "a", "")]
    public void A_list_of_allowed_secrets_counts_before_denied_ones_and_those_before_the_default(string access, string allowed, string denied, string seen)
    {
        var scopes = new SecretScopes([new("vault") { DefaultAccess = access, AllowedSecrets = List(allowed), DeniedSecrets = List(denied) }]);
        Assert.Equal(List(seen), new[] { "a", "b", "c" }.Where(secret => scopes.Allow("vault", secret)));
        Assert.True(scopes.Allow("other", "a"));

        static string[] List(string words) => words.Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void Scopes_that_contradict_themselves_are_refused()
    {
        var twice = Assert.Throws<ComponentException>(() => new SecretScopes([new("vault"), new("vault")]));
        Assert.Equal("vault storeName is repeated in secrets configuration", twice.Message);
        var odd = Assert.Throws<ComponentException>(() => new SecretScopes([new("vault") { DefaultAccess = "maybe" }]));
        Assert.Equal("defaultAccess maybe can be either allow or deny", odd.Message);
    }

    private static SecretApi Api(SecretScopes scopes)
    {
        var stores = new Dictionary<string, ISecretStore> { ["vault"] = new Vault(("a", "1"), ("b", "2")), ["broken"] = new Vault() };
        return new SecretApi(stores, scopes, new ResiliencyPolicies());
    }

    private static async Task RefusedAsync<T>(Func<ValueTask<T>> ask, int status, GrpcCode grpc, string code, string message)
    {
        var refusal = await Assert.ThrowsAsync<ApiException>(async () => await ask());
        Assert.Equal((status, grpc, code, message), (refusal.HttpStatus, refusal.GrpcCode, refusal.Code, refusal.Message));
    }

    private sealed class Vault(params (string Name, string Value)[] secrets) : ISecretStore
    {
        private readonly Dictionary<string, IReadOnlyDictionary<string, string>> kept = secrets.ToDictionary(
            secret => secret.Name,
            IReadOnlyDictionary<string, string> (secret) => new Dictionary<string, string> { [secret.Name] = secret.Value });

        public bool MultipleKeyValuesPerSecret => false;

        public Task InitAsync(CancellationToken cancellation) => Task.CompletedTask;

        public ValueTask<IReadOnlyDictionary<string, string>> GetAsync(string name, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation) =>
            kept.TryGetValue(name, out var secret) ? new(secret) : throw new SecretException($"secret {name} not found");

        public ValueTask<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> GetAllAsync(IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation) =>
            kept.Count > 0 ? new(kept) : throw new SecretException("secret * not found");
    }
}
