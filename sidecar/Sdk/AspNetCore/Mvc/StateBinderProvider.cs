using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Dapr.AspNetCore;

/// <summary>Finds the parameters that come from a state store.</summary>
internal sealed class StateBinderProvider : IModelBinderProvider
{
    public IModelBinder? GetBinder(ModelBinderProviderContext context)
    {
        if (context.BindingInfo.BindingSource is not FromStateSource source)
        {
            return null;
        }

        var type = context.Metadata.ModelType;
        var isEntry = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(StateEntry<>);
        var binder = typeof(StateBinder<>).MakeGenericType(isEntry ? type.GetGenericArguments()[0] : type);
        return (IModelBinder)Activator.CreateInstance(binder, source.StoreName, source.Key, isEntry)!;
    }
}
