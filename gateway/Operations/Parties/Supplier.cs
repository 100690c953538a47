using System.Collections.Immutable;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Parties;

/// <summary>Until when a supplier has to mend a device at its own cost, and at the contract's. Local dates, inclusive.</summary>
public sealed record Cover(string Device, DateOnly? Warranty, DateOnly? Contract);

/// <summary>A vendor that keeps equipment, or a carrier that keeps lines.</summary>
/// <param name="Contact">Whom to tell; null: nobody is told by the gateway.</param>
/// <param name="Number">The court's customer or contract number there.</param>
/// <param name="Contract">Last day of the contract as a whole.</param>
public sealed record Supplier(string Id, Wording Name, string? Contact, string? Number, DateOnly? Contract, ImmutableArray<Cover> Covers)
{
    /// <summary>What pays for the repair of a device on this date.</summary>
    public CoverState Of(string device, DateOnly date)
    {
        var cover = Covers.FirstOrDefault(c => c.Device == device);
        if (cover?.Warranty is { } warranty && date <= warranty) return CoverState.Warranty;
        if ((cover?.Contract ?? Contract) is { } contract && date <= contract) return CoverState.Contract;
        return cover is null && Contract is null ? CoverState.Unknown : CoverState.Ended;
    }
}

/// <summary>What pays for a repair.</summary>
public enum CoverState { Unknown, Warranty, Contract, Ended }
