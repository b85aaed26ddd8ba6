using System.Net;
using System.Net.Http.Json;
using Dapr.Client;
using Microsoft.AspNetCore.Mvc;
using Sdk.Tests.Ground;

namespace Sdk.Tests.AspNetCore;

/// <summary>Controllers whose parameters come from a state store.</summary>
public sealed class ControllerTests(Rig rig)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_parameter_is_the_value_of_the_routes_key()
    {
        var key = Rig.Key();
        using var orders = rig.Client.CreateInvokableHttpClient(Rig.AppId);
        using var absent = await orders.GetAsync(new Uri($"/held/{key}", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
        await rig.Client.SaveStateAsync(Components.Memory, key, new Order(4, "four"), cancellationToken: Cancellation);
        Assert.Equal("four", (await orders.GetFromJsonAsync<Order>($"/held/{key}", Cancellation))!.Name);
    }

    [Fact]
    public async Task An_entry_can_be_saved()
    {
        var key = Rig.Key();
        await rig.Client.SaveStateAsync(Components.Memory, key, new Order(4, "four"), cancellationToken: Cancellation);
        using var orders = rig.Client.CreateInvokableHttpClient(Rig.AppId);
        using var answer = await orders.PostAsync(new Uri($"/held/{key}/rename/vier", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("vier", (await rig.Client.GetStateAsync<Order>(Components.Memory, key, cancellationToken: Cancellation)).Name);
    }

    [Fact]
    public void An_attribute_tells_its_store_and_key()
    {
        var attribute = new FromStateAttribute("store", "key");
        Assert.Equal(("store", "key", "state"), (attribute.StoreName, attribute.Key, attribute.BindingSource.Id));
        Assert.Null(new FromStateAttribute("store").Key);
    }
}
