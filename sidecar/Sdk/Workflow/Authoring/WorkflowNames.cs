namespace Dapr.Workflow.Abstractions.Attributes;

/// <summary>Marks a workflow.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
public sealed class WorkflowAttribute : Attribute
{
    /// <summary>A workflow.</summary>
    public WorkflowAttribute()
    {
    }

    /// <summary>A workflow with a name.</summary>
    public WorkflowAttribute(string name) => Name = name;

    /// <summary>The name; registration does not read it.</summary>
    public string? Name { get; }
}

/// <summary>Marks an activity.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
public sealed class WorkflowActivityAttribute : Attribute
{
    /// <summary>An activity.</summary>
    public WorkflowActivityAttribute()
    {
    }

    /// <summary>An activity with a name.</summary>
    public WorkflowActivityAttribute(string name) => Name = name;

    /// <summary>The name; registration does not read it.</summary>
    public string? Name { get; }
}
