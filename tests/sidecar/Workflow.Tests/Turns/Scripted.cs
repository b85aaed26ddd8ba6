using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;

namespace Workflow.Tests.Turns;

/// <summary>Messages as the JavaScript SDK shows them: its old names, lower-case, without what it does not know and without defaults.</summary>
internal static class Scripted
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["workflow_started"] = "orchestratorstarted",
        ["workflow_instance"] = "orchestrationinstance",
        ["child_workflow_instance_created"] = "suborchestrationinstancecreated",
        ["child_workflow_instance_completed"] = "suborchestrationinstancecompleted",
        ["child_workflow_instance_failed"] = "suborchestrationinstancefailed",
        ["create_child_workflow"] = "createsuborchestration",
        ["complete_workflow"] = "completeorchestration",
        ["workflow_status"] = "orchestrationstatus",
    };

    private static readonly HashSet<string> Unknown =
    [
        "router", "task_execution_id", "app_id", "workflow_span_id", "execution_id@WorkflowRequest", "parent_trace_context", "recurse", "completion_token",
    ];

    public static JsonNode Of(IMessage message)
    {
        switch (message)
        {
            case Timestamp time:
                return new JsonObject { ["seconds"] = time.Seconds, ["nanos"] = time.Nanos };
            case ExecutionStartedEvent { ParentTraceContext: { } trace } started:
                var shown = Fields(started);
                shown["correlationdata"] = new JsonObject { ["value"] = trace.TraceParent };
                return shown;
            default:
                return Fields(message);
        }
    }

    public static T To<T>(JsonObject shown)
        where T : IMessage, new()
    {
        var message = new T();
        Fill(message, shown);
        return message;
    }

    private static JsonObject Fields(IMessage message)
    {
        var shown = new JsonObject();
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (Unknown.Contains(field.Name) || Unknown.Contains($"{field.Name}@{message.Descriptor.Name}"))
            {
                continue;
            }

            var value = field.Accessor.GetValue(message);
            if (field.IsRepeated)
            {
                var all = ((System.Collections.IEnumerable)value).Cast<IMessage>().Select(Of).ToArray<JsonNode?>();
                if (all.Length > 0)
                {
                    shown[NameOf(field)] = new JsonArray(all);
                }
            }
            else if (Shown(field, value) is { } node)
            {
                shown[NameOf(field)] = node;
            }
        }

        return shown;
    }

    private static JsonNode? Shown(FieldDescriptor field, object? value) => value switch
    {
        null or "" or false when !IsWrapper(field) || value is null => null,
        string text when IsWrapper(field) => text.Length > 0 ? new JsonObject { ["value"] = text } : [],
        string text => text,
        int number => number == 0 ? null : number,
        true => true,
        IMessage inner => Of(inner),
        _ when value.GetType().IsEnum => Convert.ToInt32(value) is var number && number == 0 ? null : number,
        _ => null,
    };

    private static void Fill(IMessage message, JsonObject shown)
    {
        var left = shown.Select(pair => pair.Key).ToHashSet();
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (!shown.TryGetPropertyValue(NameOf(field), out var node) || node is null)
            {
                continue;
            }

            left.Remove(NameOf(field));
            if (field.IsRepeated)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(message);
                foreach (var one in node.AsArray())
                {
                    var inner = (IMessage)Activator.CreateInstance(field.MessageType.ClrType)!;
                    Fill(inner, one!.AsObject());
                    list.Add(inner);
                }
            }
            else
            {
                field.Accessor.SetValue(message, Value(field, node));
            }
        }

        Assert.Empty(left);
    }

    private static object Value(FieldDescriptor field, JsonNode node)
    {
        switch (field.FieldType)
        {
            case FieldType.String:
                return node.GetValue<string>();
            case FieldType.Int32:
                return node.GetValue<int>();
            case FieldType.Bool:
                return node.GetValue<bool>();
            case FieldType.Enum:
                return System.Enum.ToObject(field.EnumType.ClrType, node.GetValue<int>());
        }

        if (IsWrapper(field))
        {
            return node["value"]?.GetValue<string>() ?? "";
        }

        if (field.MessageType.FullName == Timestamp.Descriptor.FullName)
        {
            return new Timestamp { Seconds = node["seconds"]!.GetValue<long>(), Nanos = node["nanos"]!.GetValue<int>() };
        }

        var inner = (IMessage)Activator.CreateInstance(field.MessageType.ClrType)!;
        Fill(inner, node.AsObject());
        return inner;
    }

    private static bool IsWrapper(FieldDescriptor field) => field.FieldType == FieldType.Message && field.MessageType.FullName == StringValue.Descriptor.FullName;

    private static string NameOf(FieldDescriptor field) =>
        (Names.TryGetValue(field.Name, out var old) ? old : field.Name.Replace("_", "")) + (field.IsRepeated ? "List" : "");
}
