using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Components;
using Sidecar.Hosting;
using Sidecar.Http;
using Sidecar.Resiliency;
using Sidecar.Secrets;

namespace Sidecar.Tests.Secrets;

public sealed class SecretHttpTests
{
    [Theory]
    [InlineData("/v1.0/secrets/vault/a", 200, """{"a":"1 \u003c 2"}""")]
    [InlineData("/v1.0/secrets/vault/n:x", 200, """{"n:x":"y"}""")]
    [InlineData("/v1.0/secrets/vault/n%2Fo", 200, """{"n/o":"z"}""")]
    [InlineData("/v1.0/secrets/vault/bulk", 200, """{"a":{"a":"1 \u003c 2"},"n/o":{"n/o":"z"},"n:x":{"n:x":"y"}}""")]
    [InlineData("/v1.0/secrets/vault/missing", 500, """{"errorCode":"ERR_SECRET_GET","message":"failed getting secret with key missing from secret store vault: secret missing not found"}""")]
    [InlineData("/v1.0/secrets/nope/bulk", 401, """{"errorCode":"ERR_SECRET_STORE_NOT_FOUND","message":"failed finding secret store with key nope"}""")]
    public async Task Secrets_are_answered_as_daprd_answers_them(string path, int status, string body)
    {
        var (answeredStatus, type, answered) = await AskAsync(path);
        Assert.Equal((status, "application/json", status == 200 ? body + "\n" : body), (answeredStatus, type, answered));
    }

    private static async Task<(int Status, string? Type, string Body)> AskAsync(string path)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{"n":{"x":"y"},"n/o":"z","a":"1 < 2"}""", TestContext.Current.CancellationToken);
        var store = new LocalFileSecretStore(new ComponentMetadata(new Dictionary<string, string> { ["secretsFile"] = file }));
        await store.InitAsync(TestContext.Current.CancellationToken);
        File.Delete(file);

        var secrets = new SecretApi(new Dictionary<string, ISecretStore> { ["vault"] = store }, SecretScopes.None, new ResiliencyPolicies());
        var router = new Router();
        foreach (var route in new SecretHttp(secrets).Routes)
        {
            router.Add(route);
        }

        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = path;
        using var body = new MemoryStream();
        context.Response.Body = body;
        var http = new HttpApi(new SidecarOptions { AppId = "app" }, router, _ => throw new InvalidOperationException("no route"), NullLogger<HttpApi>.Instance);
        await http.HandleAsync(context);
        await context.Response.BodyWriter.FlushAsync(TestContext.Current.CancellationToken);
        return (context.Response.StatusCode, context.Response.ContentType, Encoding.UTF8.GetString(body.ToArray()));
    }
}
