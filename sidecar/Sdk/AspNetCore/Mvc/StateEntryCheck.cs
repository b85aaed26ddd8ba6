using Microsoft.AspNetCore.Mvc.ApplicationModels;

namespace Dapr.AspNetCore;

/// <summary>Refuses entries that are said to come from elsewhere, when the app starts.</summary>
internal sealed class StateEntryCheck : IApplicationModelProvider
{
    public int Order => 0;

    public void OnProvidersExecuting(ApplicationModelProviderContext context)
    {
        // The default provider adds what OnProvidersExecuted looks at.
    }

    public void OnProvidersExecuted(ApplicationModelProviderContext context)
    {
        var actions = context.Result.Controllers.SelectMany(controller => controller.Actions);
        foreach (var parameter in actions.SelectMany(action => action.Parameters).Where(parameter => IsEntry(parameter.ParameterType)))
        {
            parameter.BindingInfo ??= new Microsoft.AspNetCore.Mvc.ModelBinding.BindingInfo();
            if (parameter.BindingInfo.BindingSource is { } source and not FromStateSource)
            {
                throw new InvalidOperationException($"The parameter '{parameter.ParameterName}' of '{parameter.Action.DisplayName}' is a StateEntry and must be bound from state, not from {source.Id}.");
            }
        }
    }

    private static bool IsEntry(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(StateEntry<>);
}
