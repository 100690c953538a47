namespace AvGateway.Operations.Records;

/// <summary>Kinds of rows of the service record that the records of a month are read from, beside those of faults, power, inspections and schedules.</summary>
public static class RecordKinds
{
    /// <summary>This run of the gateway began; with it, how long the one before was seen alive.</summary>
    public const string Started = "gateway.started";
    public const string Stopped = "gateway.stopped";

    /// <summary>Name, zone and terms of the site, as the site file has them from here on.</summary>
    public const string Facts = "site.facts";
    public const string Parties = "site.parties";
    public const string Network = "site.network";

    /// <summary>The devices of a room, from here on.</summary>
    public const string Room = "site.room";

    /// <summary>The days of a year that are not worked, and the weekend days that are.</summary>
    public const string Calendar = "site.calendar";

    /// <summary>A power run takes devices away on purpose, or gives them back.</summary>
    public const string SetAside = "power.set-aside";
    public const string TakenBack = "power.taken-back";

    /// <summary>What a device says of its power, on each change.</summary>
    public const string DevicePower = "device.power";

    /// <summary>A monthly report was made, or made anew because something came late.</summary>
    public const string Reported = "report.made";

    public const string ServiceAdded = "service.added";
    public const string ServiceWithdrawn = "service.withdrawn";
    public const string ServiceApproved = "service.approved";
    public const string ServiceSigned = "service.signed";
    public const string ServiceExtended = "service.extended";

    /// <summary>Beginnings of the kinds that a month is read from. What a month has most of, commands, is none of them.</summary>
    public static IReadOnlyList<string> Families { get; } =
        ["gateway.", "site.", "device.", "power.", "hearing.", "fault.", "inspection.", "schedule.", "service.", "report."];
}
