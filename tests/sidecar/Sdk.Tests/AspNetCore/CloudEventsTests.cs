using System.Net.Http.Headers;
using System.Text;
using Dapr;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sdk.Tests.Ground;

namespace Sdk.Tests.AspNetCore;

/// <summary>What UseCloudEvents makes of a request.</summary>
public sealed class CloudEventsTests
{
    private const string CloudEvent = "application/cloudevents+json";

    [Theory]
    [InlineData("""{"data":{"a":1}}""", "application/json", """{"a":1}""")]
    [InlineData("""{"DATA":[1,2],"DataContentType":"application/json; charset=utf-16"}""", "application/json", "[1,2]")]
    [InlineData("""{"data":"text","datacontenttype":"text/plain"}""", "text/plain", "text")]
    [InlineData("""{"data":"text"}""", "application/json", "\"text\"")]
    [InlineData("""{"data":"text","datacontenttype":"application/vnd.x+json"}""", "application/vnd.x+json", "text")]
    [InlineData("""{"data":"text","datacontenttype":"odd"}""", "application/json", "\"text\"")]
    [InlineData("""{"data":{"a":1},"datacontenttype":"text/plain"}""", "text/plain", """{"a":1}""")]
    [InlineData("""{"data_base64":"AQI=","datacontenttype":"application/octet-stream"}""", "application/octet-stream", "\u0001\u0002")]
    [InlineData("""{"id":"1"}""", null, "")]
    public async Task The_data_becomes_the_body(string envelope, string? contentType, string body) => Assert.Equal((200, contentType, body), await AskAsync(envelope, CloudEvent));

    [Fact]
    public async Task Data_in_two_forms_is_refused() => Assert.Equal(400, (await AskAsync("""{"data":1,"data_base64":"AQI="}""", CloudEvent)).Status);

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/cloudevents-batch+json")]
    public async Task Other_requests_are_left_alone(string contentType) => Assert.Equal((200, contentType, """{"data":1}"""), await AskAsync("""{"data":1}""", contentType));

    [Fact]
    public async Task Another_charset_is_read() => Assert.Equal((200, "application/json", "\"\\u00FC\""), await AskAsync("""{"data":"ü"}""", $"{CloudEvent}; charset=utf-16", encoding: Encoding.Unicode));

    [Fact]
    public async Task Text_stays_JSON_when_the_options_say_so()
    {
        var options = new CloudEventsMiddlewareOptions { SuppressJsonDecodingOfTextPayloads = true };
        Assert.True(options.SuppressJsonDecodingOfTextPayloads);
        Assert.Equal((200, "text/plain", "\"text\""), await AskAsync("""{"data":"text","datacontenttype":"text/plain"}""", CloudEvent, options));
    }

    [Theory]
    [InlineData(false, null, null, "")]
    [InlineData(true, null, null, "Cloudevent.id,Cloudevent.type")]
    [InlineData(true, "id", null, "Cloudevent.id")]
    [InlineData(true, null, "id", "Cloudevent.type")]
    public async Task Properties_become_headers_when_the_options_say_so(bool isForwarded, string? included, string? excluded, string headers)
    {
        var options = new CloudEventsMiddlewareOptions
        {
            ForwardCloudEventPropertiesAsHeaders = isForwarded,
            IncludedCloudEventPropertiesAsHeaders = included?.Split(','),
            ExcludedCloudEventPropertiesFromHeaders = excluded?.Split(','),
        };
        Assert.Equal((isForwarded, included, excluded), (options.ForwardCloudEventPropertiesAsHeaders, options.IncludedCloudEventPropertiesAsHeaders?[0], options.ExcludedCloudEventPropertiesFromHeaders?[0]));
        var seen = "";
        await AskAsync(
            """{"id":"1","TYPE":"t","data":1,"pubsubname":"p","traceparent":"x","datacontenttype":"application/json"}""",
            CloudEvent,
            options,
            request => seen = string.Join(',', request.Headers.Keys.Where(name => name.StartsWith("Cloudevent.", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)));
        Assert.Equal(headers, seen);
    }

    private static async Task<(int Status, string? ContentType, string Body)> AskAsync(
        string envelope, string contentType, CloudEventsMiddlewareOptions? options = null, Action<HttpRequest>? look = null, Encoding? encoding = null)
    {
        string? seen = null;
        await using var app = await SmallApp.StartAsync(app =>
        {
            _ = options is null ? app.UseCloudEvents() : app.UseCloudEvents(options);
            app.Run(async context =>
            {
                seen = context.Request.ContentType;
                look?.Invoke(context.Request);
                await context.Request.Body.CopyToAsync(context.Response.Body);
            });
        });
        using var content = new ByteArrayContent((encoding ?? Encoding.UTF8).GetBytes(envelope));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var answer = await app.Http.PostAsync(new Uri("/", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, seen, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
