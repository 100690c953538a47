namespace AvGateway.Drivers.Protocols.Snmp;

/// <summary>
/// One family of APC power units and its tables. The same number written to another family can switch the other way, so the family is told by
/// the unit's own kind (sysObjectID) or by the site, never by which table answers.
/// </summary>
/// <param name="State">Column of the outlets' states.</param>
/// <param name="Order">Column that takes 1 for on and 2 for off in each of these families.</param>
/// <param name="StateOn">What <paramref name="State"/> shows for on.</param>
/// <param name="Current">Column of the outlets' currents in tenths of an ampere, where the family can have one.</param>
/// <param name="Loads">From 1: what the number in <paramref name="PhaseState"/> means.</param>
internal sealed record PduFamily(
    string Name, string State, string Order, int StateOn, string? Current, string? PhaseCurrent, string? PhaseState, string[] Loads,
    string Model, string Serial, string Firmware)
{
    public const int OrderOn = 1, OrderOff = 2;

    private const string Apc = "1.3.6.1.4.1.318.1.1";
    private const string Kinds = "1.3.6.1.4.1.318.1.3.4.";
    private const int StateOffOrOn = 3;

    public static readonly PduFamily[] All =
    [
        new("rpdu2", $"{Apc}.26.9.2.3.1.5", $"{Apc}.26.9.2.4.1.5", StateOn: 2, $"{Apc}.26.9.4.3.1.6", $"{Apc}.26.6.3.1.5", $"{Apc}.26.6.3.1.4",
            ["low", "normal", "near-overload", "overload"], $"{Apc}.26.2.1.8.1", $"{Apc}.26.2.1.9.1", $"{Apc}.26.2.1.6.1"),
        new("rpdu", $"{Apc}.12.3.5.1.1.4", $"{Apc}.12.3.3.1.1.4", StateOn: 1, null, $"{Apc}.12.2.3.1.1.2", $"{Apc}.12.2.3.1.1.3",
            ["normal", "low", "near-overload", "overload"], $"{Apc}.12.1.5.0", $"{Apc}.12.1.6.0", $"{Apc}.12.1.3.0"),
        new("masterswitch", $"{Apc}.4.4.2.1.3", $"{Apc}.4.4.2.1.3", StateOn: 1, null, null, null,
            [], $"{Apc}.4.1.4.0", $"{Apc}.4.1.5.0", $"{Apc}.4.1.2.0"),
    ];

    public int StateOff => StateOffOrOn - StateOn;

    public static PduFamily? Named(string name) => Array.Find(All, family => family.Name == name);

    /// <summary>By the unit's own kind: 4.1 to 4.3 are MasterSwitches, 4.5 is rPDU, 4.6 is rPDU2.</summary>
    public static PduFamily? Of(string? systemObject) => systemObject?.StartsWith(Kinds, StringComparison.Ordinal) != true ? null : systemObject[Kinds.Length..] switch
    {
        "1" or "2" or "3" => Named("masterswitch"),
        "5" => Named("rpdu"),
        "6" => Named("rpdu2"),
        _ => null,
    };
}
