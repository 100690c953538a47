using System.Text;
using AvGateway.Mqtt.Permissions;
using AvGateway.Operations.Access;
using AccessRights = AvGateway.Operations.Access.Rights;

namespace AvGateway.Mqtt.External.Mosquitto;

/// <summary>
/// The rights of <see cref="AccessRights"/> as mosquitto's <c>acl_file</c>. Everything is closed but what a line opens: a denial would win over
/// any permission there (its list is walked denials first), so that nothing could be left open inside a closed branch.
/// </summary>
public sealed class MosquittoAccess(SiteTopics site, IReadOnlyList<string> rooms)
{
    // "All branches of the gateway" cannot be said without the requests and the answers of others; each stands by itself.
    private static readonly string[] SiteBranches = ["$gw/#", "$schedule/#", "$power/#", "$probe/#", "$line/#", "$watch/#", "$inspection/#", "$fault/#", "$report/#", "$fault-log/#", "$follow-up/#", "$escalation/#", "$silence/#", "$notice/#", "$roster/#"];

    /// <param name="gateway">The name under which the gateway itself signs in.</param>
    public string Write(string gateway, IEnumerable<User> users)
    {
        var text = new StringBuilder();
        text.Append("# Who may read and write what. Written by \"avgateway broker export\"; the next export overwrites it.\n");
        Block(text, gateway, ["write " + site.Prefix + "#", $"write {SiteTopics.Discovery}/#", $"read {site.Prefix}$req/#", $"read {site.Prefix}$gw/+/state"]);
        foreach (var user in users) Block(text, user.Name, Lines(user));
        return text.ToString();
    }

    private IEnumerable<string> Lines(User user)
    {
        yield return $"read {site.Prefix}$rsp/{user.Name}/#";
        if (AccessRights.MaySeeGateway(user))
        {
            yield return $"read {site.Prefix}$gw/+/state";
            yield return $"read {site.Prefix}$gw/+/info";
        }

        foreach (var room in rooms.Where(r => AccessRights.MaySee(user, r))) yield return $"read {site.Prefix}{room}/#";
        if (AccessRights.MaySeeSite(user))
        {
            foreach (var branch in SiteBranches) yield return $"read {site.Prefix}{branch}";
            yield return $"read {SiteTopics.Discovery}/#";
        }
        else if (user.Vendor is { } vendor && AccessRights.MaySeeEscalations(user, vendor))
        {
            yield return $"read {site.Prefix}$escalation/{vendor}/#";
        }

        // One level more than the branch itself, which is no request.
        if (AccessRights.MayAsk(user)) yield return $"write {site.Prefix}$req/{user.Name}/+/#";
    }

    private static void Block(StringBuilder text, string user, IEnumerable<string> lines)
    {
        text.Append("\nuser ").Append(user).Append('\n');
        foreach (var line in lines) text.Append("topic ").Append(line).Append('\n');
    }
}
