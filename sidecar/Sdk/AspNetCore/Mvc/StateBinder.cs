using Dapr.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
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
        object? model = isEntry ? entry : entry.Value;
        if (model is not null)
        {
            bindingContext.Result = ModelBindingResult.Success(model);
            bindingContext.ValidationState.Add(model, new ValidationStateEntry { SuppressValidation = true });
        }
    }
}
