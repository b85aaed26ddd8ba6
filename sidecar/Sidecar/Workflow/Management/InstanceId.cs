using System.Globalization;
using System.Text;

namespace Sidecar.Workflow.Management;

/// <summary>The ids that the management API lets an instance be started with: letters of any script, digits, dashes, underscores.</summary>
internal static class InstanceId
{
    /// <summary>One is made when there is none.</summary>
    public static string Check(string id)
    {
        if (id.Length == 0)
        {
            return $"{Guid.NewGuid()}";
        }

        if (Encoding.UTF8.GetByteCount(id) > ManagementErrors.LongestId)
        {
            throw ManagementErrors.TooLong();
        }

        foreach (var rune in id.EnumerateRunes())
        {
            if (rune.Value is not ('-' or '_') && !Rune.IsLetter(rune) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.DecimalDigitNumber)
            {
                throw ManagementErrors.Malformed(id);
            }
        }

        return id;
    }
}
