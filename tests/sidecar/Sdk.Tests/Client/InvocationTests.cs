using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Dapr;
using Dapr.Client;
using Sdk.Tests.Ground;

namespace Sdk.Tests.Client;

/// <summary>Calls of an app through its sidecar.</summary>
public sealed class InvocationTests(Rig rig)
{
    private readonly DaprClient client = rig.Client;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_for_an_app_speaks_to_its_paths()
    {
        using var orders = client.CreateInvokableHttpClient(Rig.AppId);
        var answer = await orders.PostAsJsonAsync("/orders", new Order(1), Cancellation);
        Assert.Equal(new Order(1, "taken"), await answer.Content.ReadFromJsonAsync<Order>(Cancellation));
        var echo = await orders.GetFromJsonAsync<Echo>("/echo?a=1&b=%20", Cancellation);
        Assert.Equal(("GET", "?a=1&b=%20"), (echo!.Method, echo.Query));
        Assert.Contains("dapr-sdk-dotnet/v1.18.5", echo.UserAgent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_for_no_app_names_it_as_the_host()
    {
        using var any = DaprClient.CreateInvokeHttpClient(daprEndpoint: rig.Sidecar.HttpEndpoint);
        var echo = await any.GetFromJsonAsync<Echo>(new Uri($"http://{Rig.AppId}/echo"), Cancellation);
        Assert.Equal("GET", echo!.Method);
        await Assert.ThrowsAsync<ArgumentException>(() => any.GetAsync(new Uri("ftp://orders/echo"), Cancellation));
    }

    [Fact]
    public void An_app_id_that_is_no_host_is_refused()
    {
        Assert.Throws<ArgumentException>(() => DaprClient.CreateInvokeHttpClient("not a host"));
        Assert.Throws<ArgumentException>(() => DaprClient.CreateInvokeHttpClient("orders", "ftp://localhost"));
    }

    [Fact]
    public async Task The_handler_restores_the_address()
    {
        using var handler = new InvocationHandler { DaprEndpoint = rig.Sidecar.HttpEndpoint, DefaultAppId = Rig.AppId, InnerHandler = new HttpClientHandler() };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://ORDERS/echo") { Content = new StringContent("hello") };
        using var answer = await http.SendAsync(request, Cancellation);
        var echo = await answer.Content.ReadFromJsonAsync<Echo>(Cancellation);
        Assert.Equal(("PUT", "hello"), (echo!.Method, echo.Body));
        Assert.Equal("http://orders/echo", request.RequestUri!.AbsoluteUri);
        Assert.Equal((rig.Sidecar.HttpEndpoint, Rig.AppId), (handler.DaprEndpoint, handler.DefaultAppId));
    }

    [Fact]
    public void Requests_are_POSTs_unless_told_otherwise()
    {
        IReadOnlyCollection<KeyValuePair<string, string>> query = new Dictionary<string, string> { ["a"] = "1 2", ["b"] = "&" };
        Assert.Equal(("POST", "/v1.0/invoke/orders/method/echo"), Of(client.CreateInvokeMethodRequest(Rig.AppId, "/echo")));
        Assert.Equal(("POST", "/v1.0/invoke/orders/method/echo?a=1%202&b=%26"), Of(client.CreateInvokeMethodRequest(Rig.AppId, "echo", query)));
        Assert.Equal(("GET", "/v1.0/invoke/orders/method/echo?x=1"), Of(client.CreateInvokeMethodRequest(HttpMethod.Get, Rig.AppId, "echo?x=1")));
        Assert.Equal(("GET", "/v1.0/invoke/orders/method/echo?x=1&a=1%202&b=%26"), Of(client.CreateInvokeMethodRequest(HttpMethod.Get, Rig.AppId, "echo?x=1", query)));
        Assert.Equal(("POST", "/v1.0/invoke/orders/method/echo"), Of(client.CreateInvokeMethodRequest(Rig.AppId, "echo", new Order(1))));
        Assert.Equal(("PUT", "/v1.0/invoke/orders/method/echo?a=1%202&b=%26"), Of(client.CreateInvokeMethodRequest(HttpMethod.Put, Rig.AppId, "echo", query, new Order(1))));
    }

    [Fact]
    public async Task Every_overload_calls_the_app()
    {
        var order = new Order(9);
        await client.InvokeMethodAsync(Rig.AppId, "echo", Cancellation);
        await client.InvokeMethodAsync(HttpMethod.Delete, Rig.AppId, "echo", Cancellation);
        await client.InvokeMethodAsync(Rig.AppId, "orders", order, Cancellation);
        await client.InvokeMethodAsync(HttpMethod.Put, Rig.AppId, "echo", order, Cancellation);
        await client.InvokeMethodAsync(client.CreateInvokeMethodRequest(Rig.AppId, "echo"), Cancellation);
        Assert.Equal("POST", (await client.InvokeMethodAsync<Echo>(Rig.AppId, "echo", Cancellation)).Method);
        Assert.Equal("GET", (await client.InvokeMethodAsync<Echo>(HttpMethod.Get, Rig.AppId, "echo", Cancellation)).Method);
        Assert.Equal("taken", (await client.InvokeMethodAsync<Order, Order>(Rig.AppId, "orders", order, Cancellation)).Name);
        Assert.Equal("""{"orderId":9,"name":null}""", (await client.InvokeMethodAsync<Order, Echo>(HttpMethod.Put, Rig.AppId, "echo", order, Cancellation)).Body);
        Assert.Equal("POST", (await client.InvokeMethodAsync<Echo>(client.CreateInvokeMethodRequest(Rig.AppId, "echo"), Cancellation)).Method);
        using var answer = await client.InvokeMethodWithResponseAsync(client.CreateInvokeMethodRequest(Rig.AppId, "refuse"), Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    [Fact]
    public async Task An_answer_that_is_no_success_is_an_InvocationException_with_it()
    {
        var failure = await Assert.ThrowsAsync<InvocationException>(() => client.InvokeMethodAsync(Rig.AppId, "refuse", Cancellation));
        Assert.Equal((Rig.AppId, "refuse", HttpStatusCode.Conflict), (failure.AppId, failure.MethodName, failure.Response?.StatusCode));
        Assert.Equal("""{"reason":"no"}""", await failure.Response!.Content.ReadAsStringAsync(Cancellation));
        failure = await Assert.ThrowsAsync<InvocationException>(() => client.InvokeMethodAsync<Order>(HttpMethod.Get, Rig.AppId, "garbage", Cancellation));
        Assert.Equal(HttpStatusCode.OK, failure.Response?.StatusCode);
    }

    [Fact]
    public async Task A_sidecar_that_is_not_there_is_an_InvocationException_without_an_answer()
    {
        using var alone = new DaprClientBuilder().UseHttpEndpoint($"http://127.0.0.1:{Ports.Free()}").Build();
        var failure = await Assert.ThrowsAsync<InvocationException>(() => alone.InvokeMethodAsync(Rig.AppId, "echo", Cancellation));
        Assert.Null(failure.Response);
        Assert.IsType<HttpRequestException>(failure.InnerException);
    }

    [Fact]
    public async Task A_request_to_another_place_is_refused()
    {
        using var elsewhere = new HttpRequestMessage(HttpMethod.Get, "http://example.test/");
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.InvokeMethodWithResponseAsync(elsewhere, Cancellation));
    }

    [Fact]
    public async Task The_trace_goes_with_the_call()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var orders = client.CreateInvokableHttpClient(Rig.AppId);
        var echo = await orders.GetFromJsonAsync<Echo>("/echo", Cancellation);
        Assert.Contains(activity.TraceId.ToHexString(), echo!.TraceParent, StringComparison.Ordinal);
    }

    private static (string Method, string Path) Of(HttpRequestMessage request)
    {
        using (request)
        {
            return (request.Method.Method, request.RequestUri!.PathAndQuery);
        }
    }
}
