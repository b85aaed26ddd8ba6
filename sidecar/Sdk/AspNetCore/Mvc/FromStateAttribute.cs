#nullable disable
using Dapr;
using Dapr.AspNetCore;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Microsoft.AspNetCore.Mvc;

/// <summary>Takes a parameter from a state store; its key is a value of the route.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public class FromStateAttribute : Attribute, IBindingSourceMetadata
{
    /// <summary>The route value of the parameter's name is the key.</summary>
    public FromStateAttribute(string storeName)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        StoreName = storeName;
    }

    /// <summary>The route value of the given name is the key.</summary>
    public FromStateAttribute(string storeName, string key)
        : this(storeName) => Key = key;

    /// <summary>The store.</summary>
    public string StoreName { get; }

    /// <summary>The name of the route value that is the key; null for the parameter's.</summary>
    public string Key { get; }

    /// <inheritdoc/>
    public BindingSource BindingSource => new FromStateSource(StoreName, Key);
}
