using System.Reflection;

namespace Sdk.Tests.Driven;

/// <summary>Members of another assembly that the code of one refers to, overload by overload.</summary>
internal static class CalledMembers
{
    private const int MemberReferences = 0x0A000000;

    /// <summary>For the parameters of whatever generic type or method refers to a member; none has more.</summary>
    private static readonly Type[] Anything = [.. Enumerable.Repeat(typeof(object), 8)];

    public static HashSet<int> Of(Assembly caller, Assembly called)
    {
        var tokens = new HashSet<int>();
        foreach (var member in References(caller.ManifestModule))
        {
            if (member.Module == called.ManifestModule)
            {
                tokens.Add(member.MetadataToken);
            }
        }

        return tokens;
    }

    private static IEnumerable<MemberInfo> References(Module module)
    {
        for (var token = MemberReferences + 1; ; token++)
        {
            MemberInfo? member;
            try
            {
                member = module.ResolveMember(token, Anything, Anything);
            }
            catch (ArgumentOutOfRangeException)
            {
                yield break;
            }
            catch (TypeLoadException)
            {
                // Of a generic type whose parameters object cannot stand for: one of the tests' own.
                continue;
            }

            if (member is not null)
            {
                yield return member;
            }
        }
    }
}
