using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AvGateway.Operations.Access;

/// <summary>The text of <c>credentials.json</c>: read with every finding named, written so that a person can edit it.</summary>
internal static class CredentialsDocument
{
    private const int LongestName = 40;
    private const int LongestDevice = 60;

    public static IReadOnlyList<Account> Parse(ReadOnlySpan<byte> json, CredentialsPolicy policy)
    {
        Root? root;
        try
        {
            root = JsonSerializer.Deserialize(json, CredentialsJson.Default.Root);
        }
        catch (JsonException e)
        {
            throw new CredentialsException($"not readable as JSON at {e.Path ?? "$"}, line {e.LineNumber + 1}: {e.Message}", e);
        }

        var findings = new List<string>();
        var accounts = new List<Account>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (entry, i) in (root?.Users ?? []).Select((u, i) => (u, i)))
        {
            var path = $"$.users[{i.ToString(CultureInfo.InvariantCulture)}]";
            if (Read(entry, path, policy, findings) is not { } account) continue;
            if (!names.Add(account.User.Name)) findings.Add($"{path}.name: '{account.User.Name}' stands twice");
            accounts.Add(account);
        }

        if (findings.Count == 0 && accounts.Count == 0) findings.Add("$.users: empty; nobody could sign in");
        return findings.Count == 0 ? accounts : throw new CredentialsException(string.Join("; ", findings));
    }

    public static byte[] Write(IEnumerable<Account> accounts) =>
        JsonSerializer.SerializeToUtf8Bytes(new Root { Users = [.. accounts.Select(ToEntry)] }, CredentialsJson.Default.Root);

    /// <summary>What is wrong with this user; empty when nothing is.</summary>
    public static IEnumerable<string> Findings(User user)
    {
        if (!IsId(user.Name)) yield return $"name: '{user.Name}' must be 1 to {LongestName} of a-z 0-9 -";
        if (!Enum.IsDefined(user.Role)) yield return "role: unknown";
        if (Rights.IsBoundToRooms(user.Role) != user.Rooms.Count > 0)
            yield return user.Rooms.Count > 0 ? $"rooms: a {RoleName(user.Role)} is not bound to rooms" : $"rooms: a {RoleName(user.Role)} needs at least one";
        foreach (var room in user.Rooms.Where(r => !IsId(r))) yield return $"rooms: '{room}' is no room id";
        if (user.Role is Role.Vendor != user.Vendor is not null)
            yield return user.Vendor is null ? "vendor: a vendor's account needs the vendor's id" : "vendor: only for the role vendor";
        if (user.Vendor is { } vendor && !IsId(vendor)) yield return $"vendor: '{vendor}' is no vendor id";
        if (user.Device is null) yield break;
        if (user.Role is not Role.Panel || user.Rooms.Count > 1) yield return "device: only for the panel of one room";
        if (user.Device.Length is 0 or > LongestDevice || user.Device.Any(char.IsControl)) yield return $"device: 1 to {LongestDevice} characters that can be read";
    }

    private static Account? Read(Entry entry, string path, CredentialsPolicy policy, List<string> findings)
    {
        var before = findings.Count;
        PasswordHash? hash = null;
        if (entry.Hash is not null && !PasswordHash.TryParse(entry.Hash, out hash)) findings.Add($"{path}.hash: not of the form pbkdf2-sha256$…");
        if (entry.Password is null && entry.Hash is null) findings.Add($"{path}: has neither password nor hash");
        if (entry.Password is { } password && password.Length < policy.LeastPasswordLength)
            findings.Add($"{path}.password: shorter than {policy.LeastPasswordLength.ToString(CultureInfo.InvariantCulture)}");
        if (!TryRole(entry.Role, out var role))
        {
            findings.Add($"{path}.role: '{entry.Role}' is none of {string.Join(' ', Enum.GetValues<Role>().Select(RoleName))}");
            return null;
        }

        var user = new User(entry.Name ?? "", role, entry.Rooms ?? [], entry.Vendor) { Until = entry.Until, Device = entry.Device };
        findings.AddRange(Findings(user).Select(f => $"{path}.{f}"));
        return findings.Count == before ? new(user, entry.Password, hash) : null;
    }

    private static bool TryRole(string? text, out Role role)
    {
        foreach (var candidate in Enum.GetValues<Role>())
            if (RoleName(candidate) == text)
            {
                role = candidate;
                return true;
            }

        role = default;
        return false;
    }

    private static bool IsId(string text) => text.Length is > 0 and <= LongestName && text.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-');

    private static string RoleName(Role role) => role.ToString().ToLowerInvariant();

    private static Entry ToEntry(Account account) => new()
    {
        Name = account.User.Name,
        Password = account.Password,
        Role = RoleName(account.User.Role),
        Rooms = account.User.Rooms.Count > 0 ? [.. account.User.Rooms] : null,
        Vendor = account.User.Vendor,
        Until = account.User.Until,
        Device = account.User.Device,
        Hash = account.Hash?.ToString(),
    };

    internal sealed record Root
    {
        [JsonRequired]
        public IReadOnlyList<Entry> Users { get; init; } = [];
    }

    internal sealed record Entry
    {
        public string? Name { get; init; }
        public string? Password { get; init; }
        public string? Role { get; init; }
        public IReadOnlyList<string>? Rooms { get; init; }
        public string? Vendor { get; init; }
        public DateTimeOffset? Until { get; init; }
        public string? Device { get; init; }
        public string? Hash { get; init; }
    }
}

[JsonSourceGenerationOptions(
    WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowTrailingCommas = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CredentialsDocument.Root))]
internal sealed partial class CredentialsJson : JsonSerializerContext;
