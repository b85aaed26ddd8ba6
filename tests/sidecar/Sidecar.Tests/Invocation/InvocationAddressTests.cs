using System.Text;
using Microsoft.AspNetCore.Http;
using Sidecar.Invocation;

namespace Sidecar.Tests.Invocation;

public class InvocationAddressTests
{
    [Theory]
    [InlineData("/v1.0/invoke/app/method/a/b", "app", "a/b")]
    [InlineData("/v1.0/invoke/app/method/", "app", "")]
    [InlineData("/v1.0/invoke/app/method/a/", "app", "a")]
    [InlineData("///v1.0//invoke//app/method//a//b", "app", "/a/b")]
    [InlineData("/v1.0/invoke/app/method/a/../b", "app", "b")]
    [InlineData("/v1.0/invoke/app/method/../../b", "app", "b")]
    [InlineData("/v1.0/invoke/app.ns/method/a", "app.ns", "a")]
    [InlineData("/v1.0/invoke/app/method/x/method/y", "app", "x/method/y")]
    [InlineData("/v1.0/invoke/http://host:80/method/a", "http://host:80", "a")]
    [InlineData("/v1.0/invoke/http%3A%2F%2Fhost/method/a", "http://host", "a")]
    [InlineData("/v1.0/invoke/app/method", "", "")]
    [InlineData("/v1.0/invoke/app/other/a", "", "")]
    [InlineData("/v1.0/invoke//method/a", "", "")]
    [InlineData("/v1.0/what", "", "")]
    [InlineData("/v1.0x/invoke/app/method/a", "", "")]
    [InlineData("/", "", "")]
    public void A_path_names_app_and_method(string path, string appId, string method)
    {
        Assert.Equal((appId, method), Of(path, new HeaderDictionary()));
    }

    [Fact]
    public void A_header_goes_before_everything_and_is_taken_away()
    {
        var headers = new HeaderDictionary { ["dapr-app-id"] = "other", ["Authorization"] = Basic("dapr-app-id:third") };
        Assert.Equal(("other", "v1.0/invoke/app/method/a"), Of("/v1.0/invoke/app/method/a", headers));
        Assert.False(headers.ContainsKey("dapr-app-id"));
        Assert.True(headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData("dapr-app-id:other", "other")]
    [InlineData("DAPR-APP-ID:other", "other")]
    [InlineData("somebody:other", "")]
    [InlineData("dapr-app-id:other:third", "")]
    [InlineData("dapr-app-id", "")]
    public void Credentials_name_an_app_when_the_user_is_called_so(string credentials, string appId)
    {
        Assert.Equal(appId, Of("/a//b/", new HeaderDictionary { ["Authorization"] = Basic(credentials) }).AppId);
    }

    [Fact]
    public void Broken_credentials_name_nobody()
    {
        Assert.Equal(("", ""), Of("/a", new HeaderDictionary { ["Authorization"] = "Basic ?" }));
    }

    private static (string AppId, string Method) Of(string path, HeaderDictionary headers)
    {
        var target = InvocationAddress.Of(path, headers);
        return (target.AppId, target.Method);
    }

    private static string Basic(string credentials) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
}
