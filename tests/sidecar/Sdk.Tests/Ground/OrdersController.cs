using Dapr;
using Dapr.AspNetCore;
using Microsoft.AspNetCore.Mvc;

namespace Sdk.Tests.Ground;

/// <summary>A controller as a user writes it.</summary>
[ApiController]
public sealed class OrdersController(Inbox inbox) : ControllerBase
{
    public const string Topic = "controlled";

    [Topic(Components.PubSub, Topic, "bought", false, ["one"], "|")]
    [TopicMetadata("maxRetries", "3")]
    [TopicMetadata("one", "labels", "red")]
    [TopicMetadata("one", "labels", "blue")]
    [BulkSubscribe("nothing", 5)]
    [BulkSubscribe("nobody")]
    [HttpPost("/on/controlled")]
    public void Take(Order order) => inbox.Add(Topic, new Arrival(order.Name ?? "", null, new Dictionary<string, string>()));

    [HttpGet("/held/{order}")]
    public ActionResult<Order> Read([FromState(Components.Memory)] Order? order) => order is null ? NotFound() : order;

    [HttpPost("/held/{number}/rename/{name}")]
    public async Task<ActionResult<string>> Rename([FromState(Components.Memory, "number")] StateEntry<Order> entry, [FromRoute] string name)
    {
        entry.Value = entry.Value with { Name = name };
        return await entry.TrySaveAsync() ? entry.ETag : Conflict();
    }
}
