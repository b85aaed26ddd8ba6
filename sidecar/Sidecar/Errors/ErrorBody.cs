using Sidecar.Json;

namespace Sidecar.Errors;

/// <summary>Writes an <see cref="ApiException"/> as the JSON that Dapr answers with.</summary>
public static class ErrorBody
{
    public static byte[] Of(ApiException error)
    {
        var json = new GoJsonWriter();
        json.BeginObject();
        json.Property("errorCode", error.Code);
        json.Property("message", error.Message);
        if (error.Details.Count > 0)
        {
            json.Name("details");
            json.BeginArray();
            foreach (var detail in error.Details)
            {
                Write(json, detail);
            }

            json.EndArray();
        }

        json.EndObject();
        return json.ToArray();
    }

    private static void Write(GoJsonWriter json, ErrorDetail detail)
    {
        json.BeginObject();
        json.Property("@type", "type.googleapis.com/google.rpc." + TypeName(detail));
        switch (detail)
        {
            case ErrorInfo info:
                json.Property("domain", ErrorInfo.Domain);
                json.Name("metadata");
                json.Map(info.Metadata);
                json.Property("reason", info.Reason);
                break;
            case ResourceInfo resource:
                json.Property("description", resource.Description);
                json.Property("owner", resource.Owner);
                json.Property("resource_name", resource.Name);
                json.Property("resource_type", resource.Type);
                break;
            case FieldViolation violation:
                json.Name("field_violations");
                json.BeginArray();
                json.BeginObject();
                json.Property("field", violation.Field);
                json.Property("description", violation.Description);
                json.EndObject();
                json.EndArray();
                break;
            case HelpLink link:
                json.Name("links");
                json.BeginArray();
                json.BeginObject();
                json.Property("description", link.Description);
                json.Property("url", link.Url);
                json.EndObject();
                json.EndArray();
                break;
        }

        json.EndObject();
    }

    public static string TypeName(ErrorDetail detail) => detail switch
    {
        ErrorInfo => "ErrorInfo",
        ResourceInfo => "ResourceInfo",
        FieldViolation => "BadRequest",
        HelpLink => "Help",
        _ => throw new ArgumentOutOfRangeException(nameof(detail)),
    };
}
