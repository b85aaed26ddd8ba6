using Sidecar.Components;

namespace Sidecar.Configuration;

internal static class AccessControlReader
{
    public static AccessControl Read(YamlMap map, AccessControl before)
    {
        if (map.Has("policies"))
        {
            map.Note("access control needs mTLS to know who calls; without it, as here, the default action counts for every caller");
        }

        return new AccessControl
        {
            DefaultAction = map.Text("defaultAction") ?? before.DefaultAction,
            TrustDomain = map.Text("trustDomain") ?? before.TrustDomain,
            Policies = map.Has("policies") ? [.. map.Maps("policies").Select(Policy)] : before.Policies,
        };
    }

    private static AppAccess Policy(YamlMap map)
    {
        var policy = new AppAccess(
            map.RequiredText("appId"),
            map.Text("defaultAction", ""),
            map.RequiredText("trustDomain"),
            map.RequiredText("namespace"),
            [.. map.Maps("operations").Select(Operation)]);
        map.NoteUnknown();
        return policy;
    }

    private static OperationAccess Operation(YamlMap map)
    {
        var operation = new OperationAccess(map.Text("name", ""), map.Texts("httpVerb"), map.Text("action", ""));
        map.NoteUnknown();
        return operation;
    }
}
