namespace AvGateway.Operations.Access;

/// <summary>Who gets an account when a data directory is used for the first time.</summary>
public static class FirstUsers
{
    /// <summary>One account per service role, a clerk and a panel per room, one per vendor. Their passwords are drawn at random.</summary>
    public static IReadOnlyList<User> For(IEnumerable<string> rooms, IEnumerable<string> vendors)
    {
        List<User> users =
        [
            new("admin", Role.Admin, []),
            new("engineer", Role.Engineer, []),
            new("scheduler", Role.Scheduler, []),
            new("auditor", Role.Auditor, []),
        ];
        foreach (var room in rooms)
        {
            users.Add(new(Name("clerk-", room), Role.Clerk, [room]));
            users.Add(new(Name("panel-", room), Role.Panel, [room]));
        }

        users.AddRange(vendors.Select(v => new User(Name("vendor-", v), Role.Vendor, [], v)));
        return users;
    }

    /// <summary>Ids may be as long as names; a cut name would collide, so the longest ids keep theirs without the prefix's word.</summary>
    private static string Name(string prefix, string id) => prefix.Length + id.Length <= 40 ? prefix + id : prefix[..2] + id[^38..];
}
