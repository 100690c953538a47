using System.Collections.Frozen;

namespace AvGateway.Operations.Parties;

/// <summary>Everybody that a court speaks with about its faults.</summary>
public sealed class PartyBook(IEnumerable<Contact> contacts, IEnumerable<Roster> rosters, IEnumerable<Supplier> suppliers)
{
    public static readonly PartyBook Empty = new([], [], []);

    private readonly FrozenDictionary<string, Contact> _contacts = contacts.ToFrozenDictionary(c => c.Id);
    private readonly FrozenDictionary<string, Roster> _rosters = rosters.ToFrozenDictionary(r => r.Id);
    private readonly FrozenDictionary<string, Supplier> _suppliers = suppliers.ToFrozenDictionary(s => s.Id);

    public IEnumerable<Roster> Rosters => _rosters.Values.OrderBy(r => r.Id, StringComparer.Ordinal);

    public IEnumerable<Contact> Contacts => _contacts.Values.OrderBy(c => c.Id, StringComparer.Ordinal);

    public IEnumerable<Supplier> Suppliers => _suppliers.Values.OrderBy(s => s.Id, StringComparer.Ordinal);

    public Contact? Contact(string id) => _contacts.GetValueOrDefault(id);

    public Roster? Roster(string id) => _rosters.GetValueOrDefault(id);

    /// <summary>A vendor or a carrier.</summary>
    public Supplier? Supplier(string id) => _suppliers.GetValueOrDefault(id);
}
