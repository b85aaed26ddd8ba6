using System.Reflection;
using Dapr.Workflow.Abstractions;

namespace Dapr.Workflow.Worker;

/// <summary>
/// The workflows and activities of all assemblies that know this one. Upstream has them listed by the compiler in each assembly; whoever changes
/// from one to the other need not register anything.
/// </summary>
internal static class FoundClasses
{
    private static readonly string OwnName = typeof(FoundClasses).Assembly.GetName().Name!;
    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<Assembly, Found> ByAssembly = [];

    public static IEnumerable<Type> Workflows() => All().SelectMany(found => found.Workflows);

    public static IEnumerable<Type> Activities() => All().SelectMany(found => found.Activities);

    private static IEnumerable<Found> All()
    {
        var entry = Assembly.GetEntryAssembly();
        return AppDomain.CurrentDomain.GetAssemblies()
            .Where(assembly => !assembly.IsDynamic)
            .OrderBy(assembly => assembly == entry ? 0 : 1)
            .ThenBy(assembly => assembly.FullName, StringComparer.Ordinal)
            .Select(assembly => ByAssembly.GetValue(assembly, Look));
    }

    private static Found Look(Assembly assembly)
    {
        if (!assembly.GetReferencedAssemblies().Any(name => name.Name == OwnName))
        {
            return new Found([], []);
        }

        var types = TypesOf(assembly).Where(IsUsable).ToList();
        return new Found(
            [.. types.Where(type => Derives(type, typeof(Workflow<,>)))],
            [.. types.Where(type => Derives(type, typeof(WorkflowActivity<,>)))]);
    }

    /// <summary>An assembly may name others that are not there; its remaining types count.</summary>
    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partly)
        {
            return partly.Types.OfType<Type>();
        }
    }

    private static bool IsUsable(Type type)
    {
        if (!type.IsClass || type.IsAbstract || type.ContainsGenericParameters)
        {
            return false;
        }

        for (var part = type; part is not null; part = part.DeclaringType)
        {
            if (part.IsNestedPrivate || part.IsNestedFamily || part.IsNestedFamANDAssem)
            {
                return false;
            }
        }

        return true;
    }

    private static bool Derives(Type type, Type open)
    {
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            if (parent.IsGenericType && parent.GetGenericTypeDefinition() == open)
            {
                return true;
            }
        }

        return false;
    }

    private sealed record Found(IReadOnlyList<Type> Workflows, IReadOnlyList<Type> Activities);
}
