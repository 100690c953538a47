using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Release;

/// <summary>
/// The net under the allow-list. What people write leaves, so it is looked at for what may never: case numbers, identity numbers, addresses of
/// machines and of people, and the names and secrets that this site's own file holds. Whoever approves reads it all the same.
/// </summary>
public sealed partial class Screening
{
    private static readonly (Func<Regex> Rule, string Zh, string En, bool HoldsVersions)[] Rules =
    [
        (CaseNumber, "案号", "a case number", false),
        (Identity, "身份证号等长数字", "an identity number or another long number", false),
        (Link, "网址或通话地址", "a URI", false),
        (Mailbox, "邮箱或账号地址", "a mail or call address", false),
        (Version4, "网络地址", "a network address", true),
        (Hardware, "网络地址", "a network address", false),
    ];

    private readonly ImmutableArray<string> _names;
    private readonly ImmutableArray<string> _secrets;

    /// <param name="names">Names of people and desks in the site file.</param>
    /// <param name="secrets">Passwords, addresses of hosts and of contacts.</param>
    public Screening(IEnumerable<string> names, IEnumerable<string> secrets)
    {
        _names = [.. names.Where(n => n.Length >= 2).Distinct(StringComparer.Ordinal)];
        _secrets = [.. secrets.Where(s => s.Length >= 4).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>What a text of a person must not hold; null when it may leave.</summary>
    public Wording? Of(string text, bool isVersion)
    {
        foreach (var (rule, zh, en, holdsVersions) in Rules)
            if (!(isVersion && holdsVersions) && rule().IsMatch(text)) return new(zh, en);
        if (_names.Any(n => Holds(text, n))) return new("站点文件中的人名", "a name of the site file");
        return HoldsSecret(text) ? new("站点文件中的口令或地址", "a password or an address of the site file") : null;
    }

    /// <summary>Whether something that is about to leave holds a secret or an address of the site file, whatever let it through.</summary>
    public bool HoldsSecret(string text) => _secrets.Any(s => text.Contains(s, StringComparison.OrdinalIgnoreCase));

    // Latin names are words of their own; Chinese has none between which to look.
    private static bool Holds(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var isWhole = !(char.IsAsciiLetterOrDigit(name[0]) && at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]))
                && !(char.IsAsciiLetterOrDigit(name[^1]) && at + name.Length < text.Length && char.IsAsciiLetterOrDigit(text[at + name.Length]));
            if (isWhole) return true;
        }

        return false;
    }

    [GeneratedRegex(@"[(（\[〔【]\s*(19|20)\d{2}\s*[)）\]〕】].{0,24}?\d+\s*号|[民刑行执赔破调仲知][\p{IsCJKUnifiedIdeographs}]{0,4}第?\s*\d{1,7}\s*号")]
    private static partial Regex CaseNumber();

    [GeneratedRegex(@"\d{14,}[0-9Xx]?")]
    private static partial Regex Identity();

    [GeneratedRegex(@"[A-Za-z][A-Za-z0-9+.\-]{1,15}://|\b(sips?|tel|mailto|h323):\S", RegexOptions.IgnoreCase)]
    private static partial Regex Link();

    [GeneratedRegex(@"\S@\S")]
    private static partial Regex Mailbox();

    [GeneratedRegex(@"(?<![\d.])\d{1,3}(\.\d{1,3}){3}(?![\d.])")]
    private static partial Regex Version4();

    [GeneratedRegex(@"([0-9A-Fa-f]{1,4}[:\-]){5,}[0-9A-Fa-f]{1,4}|[0-9A-Fa-f]{1,4}::[0-9A-Fa-f]")]
    private static partial Regex Hardware();
}
