namespace AvGateway.Simulator.Devices.Snmp;

/// <summary>What may be written to an outlet.</summary>
internal enum OutletOrder { Unknown, On, Off, Reboot, DelayedOn, DelayedOff, DelayedReboot, Cancel }

/// <summary>
/// One family of APC power units: its tables, and the numbers that its own enumerations give to orders and states. They differ between the
/// families, and the same number can mean the opposite. From PowerNet-MIB.
/// </summary>
/// <param name="Orders">The meaning of 1, 2, 3 …</param>
/// <param name="On">The number that the state column shows for on; the other one of 1 and 2 is off.</param>
internal sealed record PduFamily(string Name, string SystemId, string StateColumn, string OrderColumn, OutletOrder[] Orders, int On)
{
    private const string Apc = "1.3.6.1.4.1.318.1";

    public static readonly PduFamily[] All =
    [
        new("rpdu2", $"{Apc}.3.4.6", $"{Apc}.1.26.9.2.3.1.5", $"{Apc}.1.26.9.2.4.1.5",
            [
                OutletOrder.On, OutletOrder.Off, OutletOrder.Reboot, OutletOrder.Unknown, OutletOrder.DelayedOn, OutletOrder.DelayedOff,
                OutletOrder.DelayedReboot, OutletOrder.Cancel,
            ],
            On: 2),
        new("rpdu", $"{Apc}.3.4.5", $"{Apc}.1.12.3.5.1.1.4", $"{Apc}.1.12.3.3.1.1.4",
            [
                OutletOrder.On, OutletOrder.Off, OutletOrder.Reboot, OutletOrder.DelayedOn, OutletOrder.DelayedOff, OutletOrder.DelayedReboot,
                OutletOrder.Cancel,
            ],
            On: 1),
        new("masterswitch", $"{Apc}.3.4.2", "", $"{Apc}.1.4.4.2.1.3",
            [OutletOrder.On, OutletOrder.Off, OutletOrder.Reboot, OutletOrder.Unknown, OutletOrder.DelayedOn, OutletOrder.DelayedOff],
            On: 1),
    ];

    public int StateCode(bool on) => on ? On : 3 - On;

    /// <summary>What reading the order column gives: the state, in the words of the orders.</summary>
    public int OrderCode(bool on) => 1 + Array.IndexOf(Orders, on ? OutletOrder.On : OutletOrder.Off);

    public OutletOrder Order(long code) => code >= 1 && code <= Orders.Length ? Orders[code - 1] : OutletOrder.Unknown;
}
