using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Sdk.Tests.Surface;

/// <summary>What users of an assembly can name, one line for each type and member.</summary>
internal static class SurfaceLines
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes().SelectMany(OfType);

    private static IEnumerable<string> OfType(Type type)
    {
        var name = $"{type.Namespace}.{TypeWords.Of(type)}";
        var bases = BasesOf(type);
        yield return $"{name} is {KindOf(type)}{(bases.Count == 0 ? "" : " of " + string.Join(", ", bases))}";
        if (type.IsEnum)
        {
            foreach (var value in Enum.GetNames(type))
            {
                yield return $"{name} has {value}={Convert.ToInt64(Enum.Parse(type, value), CultureInfo.InvariantCulture)}";
            }

            yield break;
        }

        foreach (var member in type.GetMembers(Declared).Where(Visible).Select(Line))
        {
            yield return $"{name} has {member}";
        }
    }

    private static string KindOf(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsValueType: true } => "struct",
        { IsInterface: true } => "interface",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static List<string> BasesOf(Type type)
    {
        var bases = type.IsEnum ? [] : type.GetInterfaces().ToList();
        if (type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType)
        {
            bases.Add(parent);
        }

        return [.. bases.Select(TypeWords.Of).Distinct().Order(StringComparer.Ordinal)];
    }

    private static bool Visible(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => Open(constructor),
        MethodInfo method => Open(method)
            && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
            && !method.IsDefined(typeof(CompilerGeneratedAttribute), false)
            && method.Name is not (nameof(Equals) or nameof(GetHashCode) or nameof(ToString) or "op_Equality" or "op_Inequality"),
        PropertyInfo property => property.GetMethod is { } getter && Open(getter) && property.Name != "EqualityContract",
        FieldInfo field => field.IsPublic,
        _ => false,
    };

    private static bool Open(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Line(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"{Access(constructor)}ctor({Parameters(constructor)})",
        MethodInfo method => $"{Access(method)}{(method.IsStatic ? "static " : "")}{TypeWords.Of(method.ReturnType)} {method.Name}{TypeWords.Arguments(method.GetGenericArguments())}({Parameters(method)}){Marks(method)}",
        PropertyInfo property => $"prop {TypeWords.Of(property.PropertyType)} {property.Name} {{ get; {Setter(property)}}}",
        FieldInfo { IsLiteral: true } field => $"const {TypeWords.Of(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}",
        FieldInfo field => $"field {TypeWords.Of(field.FieldType)} {field.Name}",
        _ => throw new InvalidOperationException($"{member} is of no kind that is known"),
    };

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Setter(PropertyInfo property)
    {
        if (property.SetMethod is not { IsPublic: true } setter)
        {
            return "";
        }

        return setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; ";
    }

    private static string Marks(MethodInfo method)
    {
        var marks = method.GetCustomAttributesData().Select(mark => mark.AttributeType.Name).ToList();
        return (marks.Contains(nameof(ObsoleteAttribute)) ? "; [Obsolete]" : "") + (marks.Contains("ExperimentalAttribute") ? "; [Experimental]" : "");
    }

    private static string Parameters(MethodBase method)
    {
        var isExtension = method.IsDefined(typeof(ExtensionAttribute), false);
        return string.Join(", ", method.GetParameters().Select(parameter => (isExtension && parameter.Position == 0 ? "this " : "") + Parameter(parameter)));
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var text = $"{(parameter.IsOut ? "out " : "")}{TypeWords.Of(parameter.ParameterType)} {parameter.Name}";
        return parameter.HasDefaultValue ? $"{text} = {Default(parameter)}" : text;
    }

    private static string Default(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null when parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null => "default",
        null => "null",
        string text => $"\"{text}\"",
        _ when parameter.ParameterType.IsEnum => $"{parameter.ParameterType.Name}.{Enum.ToObject(parameter.ParameterType, parameter.DefaultValue!)}",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
