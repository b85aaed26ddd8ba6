using System.Text;
using Sidecar.Json;
using YamlDotNet.RepresentationModel;

namespace Sidecar.Components;

/// <summary>A YAML value as the JSON text that Dapr makes of it, keys in byte order.</summary>
public static class YamlJson
{
    public static string Of(YamlNode node)
    {
        var json = new GoJsonWriter();
        Write(json, node);
        return Encoding.UTF8.GetString(json.Written.Span);
    }

    private static void Write(GoJsonWriter json, YamlNode node)
    {
        switch (node)
        {
            case YamlScalarNode scalar:
                Write(json, YamlScalar.Of(scalar));
                break;
            case YamlSequenceNode sequence:
                json.BeginArray();
                foreach (var item in sequence.Children)
                {
                    Write(json, item);
                }

                json.EndArray();
                break;
            case YamlMappingNode map:
                json.BeginObject();
                foreach (var (key, value) in map.Children.OrderBy(entry => KeyOf(entry.Key), StringComparer.Ordinal))
                {
                    json.Name(KeyOf(key));
                    Write(json, value);
                }

                json.EndObject();
                break;
        }
    }

    private static string KeyOf(YamlNode key) => key is YamlScalarNode scalar ? YamlScalar.Of(scalar).Text : key.ToString();

    private static void Write(GoJsonWriter json, YamlScalar scalar)
    {
        switch (scalar.Kind)
        {
            case YamlKind.Null:
                json.Null();
                break;
            case YamlKind.Text:
                json.String(scalar.Text);
                break;
            default:
                json.Raw(Encoding.UTF8.GetBytes(scalar.Text));
                break;
        }
    }
}
