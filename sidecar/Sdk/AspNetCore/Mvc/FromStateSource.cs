using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Dapr.AspNetCore;

/// <summary>State as a source of parameters.</summary>
internal sealed class FromStateSource(string storeName, string? key) : BindingSource("state", "Dapr state store", isGreedy: true, isFromRequest: false)
{
    public string StoreName => storeName;

    public string? Key => key;
}
