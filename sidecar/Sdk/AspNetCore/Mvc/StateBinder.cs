using Dapr.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.DependencyInjection;

namespace Dapr.AspNetCore;

/// <summary>Reads a parameter, or its entry, from a state store.</summary>
internal sealed class StateBinder<TValue>(string storeName, string? key, bool isEntry) : IModelBinder
{
    public async Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var name = key ?? bindingContext.FieldName;
        if (bindingContext.HttpContext.Request.RouteValues[name]?.ToString() is not { Length: > 0 } stateKey)
        {
            bindingContext.ModelState.TryAddModelError(bindingContext.ModelName, $"Required value {name} not present.");
            return;
        }

        var client = bindingContext.HttpContext.RequestServices.GetRequiredService<DaprClient>();
        var entry = await client.GetStateEntryAsync<TValue>(storeName, stateKey, cancellationToken: bindingContext.HttpContext.RequestAborted);
        bindingContext.Result = ModelBindingResult.Success(isEntry ? entry : entry.Value);
    }
}
