using System.Text;
using Sidecar.Invocation;

namespace Sidecar.Tests.Invocation;

public class ContentSnifferTests
{
    [Theory]
    [InlineData("plain text", "text/plain; charset=utf-8")]
    [InlineData("{\"a\":1}", "text/plain; charset=utf-8")]
    [InlineData("  \n<!doctype html>", "text/html; charset=utf-8")]
    [InlineData("<htmlx>", "text/plain; charset=utf-8")]
    [InlineData("<p>", "text/html; charset=utf-8")]
    [InlineData("<?xml version=\"1.0\"?>", "text/xml; charset=utf-8")]
    [InlineData("%PDF-1.7", "application/pdf")]
    [InlineData("PK\u0003\u0004", "application/zip")]
    [InlineData("GIF89a", "image/gif")]
    [InlineData("RIFF0000WEBPVP", "image/webp")]
    [InlineData("a\u0001b", "application/octet-stream")]
    public void The_first_bytes_tell_the_type(string body, string type)
    {
        Assert.Equal(type, ContentSniffer.TypeOf(Encoding.Latin1.GetBytes(body)));
    }
}
