namespace Library.Contracts;

/// <summary>Marks a message of ids, amounts and times only, which may be kept as it is and published again at any time.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NamesNoPersonAttribute : Attribute;
