using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml;

namespace AvGateway.Drivers.Transports.Sip;

/// <param name="State">active or terminated.</param>
/// <param name="Event">registered, created, refreshed, shortened, expired, deactivated, probation, unregistered, rejected.</param>
public sealed record WatchedContact(string Id, string State, string Event, string Uri);

/// <summary>One account and where it is registered.</summary>
/// <param name="State">init, active or terminated.</param>
public sealed record WatchedRegistration(string Account, string Id, string State, IReadOnlyList<WatchedContact> Contacts);

/// <summary>A document of application/reginfo+xml (RFC 3680).</summary>
public sealed record RegistrationInfo(uint Version, bool IsFull, IReadOnlyList<WatchedRegistration> Registrations)
{
    public const string MediaType = "application/reginfo+xml";

    private const string Namespace = "urn:ietf:params:xml:ns:reginfo";
    private const int MaxEntries = 256;

    public static bool TryParse(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out RegistrationInfo? info)
    {
        info = null;
        RegistrationInfo? root = null;
        var accounts = new List<WatchedRegistration>();
        var entries = 0;
        var whole = SafeXml.TryWalk(body, reader =>
        {
            if (reader.NamespaceURI != Namespace) return root is not null;
            if (root is null) return TryRoot(reader, out root);
            if (++entries > MaxEntries * 4) return false;
            switch (reader.LocalName)
            {
                case "registration": return accounts.Count < MaxEntries && TryAccount(reader, accounts);
                case "contact": return accounts.Count > 0 && TryContact(reader, accounts);
                case "uri" when accounts.Count > 0 && accounts[^1].Contacts.Count > 0:
                    var contacts = accounts[^1].Contacts;
                    accounts[^1] = accounts[^1] with
                    {
                        Contacts = [.. contacts.SkipLast(1),
                        contacts[^1] with { Uri = SafeXml.Text(reader) }]
                    };
                    return true;
                default: return true;
            }
        });
        if (!whole || root is null) return false;
        info = root with { Registrations = accounts };
        return true;
    }

    private static bool TryRoot(XmlReader reader, [NotNullWhen(true)] out RegistrationInfo? root)
    {
        root = null;
        if (reader.LocalName != "reginfo" || reader.GetAttribute("state") is not ("full" or "partial")) return false;
        if (!uint.TryParse(reader.GetAttribute("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return false;
        root = new(version, reader.GetAttribute("state") == "full", []);
        return true;
    }

    private static bool TryAccount(XmlReader reader, List<WatchedRegistration> accounts)
    {
        if (reader.GetAttribute("aor") is not { } account || reader.GetAttribute("id") is not { } id
            || reader.GetAttribute("state") is not { } state)
            return false;
        accounts.Add(new(account, id, state, []));
        return true;
    }

    private static bool TryContact(XmlReader reader, List<WatchedRegistration> accounts)
    {
        if (reader.GetAttribute("id") is not { } id || reader.GetAttribute("state") is not { } state) return false;
        accounts[^1] = accounts[^1] with { Contacts = [.. accounts[^1].Contacts, new(id, state, reader.GetAttribute("event") ?? "", "")] };
        return true;
    }
}
