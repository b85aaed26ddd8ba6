using System.Reflection;
using System.Runtime.CompilerServices;

namespace Sdk.Tests.Driven;

/// <summary>Members of an assembly that its users can call. Constants and enum values are left out: they are compared by value elsewhere.</summary>
internal static class PublicMembers
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<MemberInfo> Of(Assembly assembly) =>
        assembly.GetExportedTypes().Where(type => !type.IsEnum).SelectMany(type => type.GetMembers(Declared)).Where(IsCallable);

    public static string NameOf(MemberInfo member) => $"{member.DeclaringType!.FullName}: {member}";

    private static bool IsCallable(MemberInfo member) => member switch
    {
        FieldInfo field => field is { IsPublic: true, IsLiteral: false },
        MethodInfo { IsSpecialName: true } accessor => IsOpen(accessor) && accessor.Name is not ("get_EqualityContract" or "op_Equality" or "op_Inequality"),
        MethodInfo method => IsOpen(method) && method.GetBaseDefinition() == method && !IsGenerated(method),
        ConstructorInfo constructor => IsOpen(constructor) && !IsGenerated(constructor),
        _ => false,
    };

    private static bool IsOpen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsGenerated(MethodBase method) => method.IsDefined(typeof(CompilerGeneratedAttribute), false);
}
