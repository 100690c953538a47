using AvGateway.Operations.Faults;

namespace AvGateway.Operations.Access;

/// <summary>The one table of who may do what; topics and web paths are translated to it, never the other way round.</summary>
public static class Rights
{
    /// <summary>Bound to the rooms of the account: sees and touches no other.</summary>
    public static bool IsBoundToRooms(Role role) => role is Role.Panel or Role.Judge or Role.Clerk;

    /// <summary>Sees states of every room, also of rooms that do not exist yet.</summary>
    public static bool SeesEveryRoom(User user) => user.Role is Role.Engineer or Role.Scheduler or Role.Auditor or Role.Admin;

    /// <summary>Sees states of this room.</summary>
    public static bool MaySee(User user, string room) =>
        SeesEveryRoom(user) || (IsBoundToRooms(user.Role) && user.Rooms.Contains(room));

    /// <summary>Sees what belongs to no room: gateway, schedules, power runs, faults.</summary>
    public static bool MaySeeSite(User user) => user.Role is Role.Engineer or Role.Scheduler or Role.Auditor or Role.Admin;

    /// <summary>Sees whether the gateway itself lives: everyone who sees anything of it needs that to know what to believe.</summary>
    public static bool MaySeeGateway(User user) => user.Role is not Role.Vendor;

    /// <summary>Reads the reports that this vendor was given.</summary>
    public static bool MaySeeEscalations(User user, string vendor) =>
        user.Role is Role.Vendor ? user.Vendor == vendor : MaySeeSite(user);

    /// <summary>Asks devices of this room for something.</summary>
    public static bool MayCommand(User user, string room) => user.Role switch
    {
        Role.Panel or Role.Judge or Role.Clerk => user.Rooms.Contains(room),
        Role.Engineer or Role.Admin => true,
        _ => false,
    };

    /// <summary>Runs and skips jobs of the site.</summary>
    public static bool MaySchedule(User user) => user.Role is Role.Engineer or Role.Scheduler or Role.Admin;

    /// <summary>Orders power runs of rooms and of the whole site. A panel switches its room's devices and no more.</summary>
    public static bool MaySwitchPower(User user) => user.Role is Role.Scheduler or Role.Engineer or Role.Admin;

    /// <summary>Orders inspections and ends them early. Their function checks then run in this user's name.</summary>
    public static bool MayInspect(User user) => user.Role is Role.Scheduler or Role.Engineer or Role.Admin;

    /// <summary>Signs rows of an inspection and the whole form: a person's word, so no program's account.</summary>
    public static bool MaySignInspection(User user) => user.Role is Role.Engineer or Role.Admin;

    /// <summary>
    /// Brings the docket of the whole site: the court's scheduling system, or an admin. A docket lifts the guard as well as it sets it, so
    /// nobody who works under the guard may.
    /// </summary>
    public static bool MayBringDocket(User user) => user.Role is Role.Scheduler or Role.Admin;

    /// <summary>Acts on a fault. A vendor only on what it was given, and there only says what it does.</summary>
    /// <param name="party">The vendor or carrier that has the fault now.</param>
    public static bool MayActOnFault(User user, FaultVerb verb, string? party) => user.Role switch
    {
        // A visit to a basic-level court is the superior court's to release, not that of whoever makes it.
        Role.Engineer => verb is not FaultVerb.Release,
        Role.Admin => true,
        Role.Vendor => party is not null && user.Vendor == party && verb is (FaultVerb.Accept or FaultVerb.Answer or FaultVerb.Note),
        _ => false,
    };

    /// <summary>Reports a fault of this room: whoever works in it, and whoever takes a call about any of them.</summary>
    public static bool MayReport(User user, string room) => IsBoundToRooms(user.Role) ? user.Rooms.Contains(room) : user.Role is Role.Engineer or Role.Scheduler or Role.Admin;

    /// <summary>Says whether what he reported himself is mended.</summary>
    public static bool MaySpeakAsReporter(User user, FaultVerb verb, bool isReporter) =>
        isReporter && user.Role is not (Role.Vendor or Role.Auditor) && verb is FaultVerb.Close or FaultVerb.Reopen or FaultVerb.Note;

    /// <summary>Silences faults, tends what could not be delivered, tries the ways to a contact. A vendor may not silence what it is called for.</summary>
    public static bool MayTendEscalation(User user) => user.Role is Role.Engineer or Role.Admin;

    /// <summary>Writes the report that goes to a vendor or carrier. What of it leaves is not theirs to say.</summary>
    public static bool MayWriteReport(User user) => user.Role is Role.Engineer or Role.Admin;

    /// <summary>Lets a report leave the court (R45): the court's own word, so never that of the people who maintain it. Nobody approves what they wrote.</summary>
    /// <param name="approvers">The accounts that the site file names; empty: every admin.</param>
    public static bool MayApproveReport(User user, IReadOnlySet<string> approvers) => user.Role is Role.Admin && (approvers.Count == 0 || approvers.Contains(user.Name));

    /// <summary>Reads evidence before it is let go.</summary>
    public static bool MayReadEvidence(User user) => user.Role is Role.Engineer or Role.Auditor or Role.Admin;

    /// <summary>Sends a probe out now: it loads the network and the devices.</summary>
    public static bool MayRunProbes(User user) => user.Role is Role.Engineer or Role.Admin;

    /// <summary>Sees what a probe of this room, or of the site where it is null, has seen.</summary>
    public static bool MaySeeProbe(User user, string? room) => room is null ? MaySeeSite(user) : MaySee(user, room);

    /// <summary>Sends a trial message out of the house: who sets the channels up, and nobody who could use it to ring the duty phone all night.</summary>
    public static bool MayTryChannel(User user) => user.Role is Role.Engineer or Role.Admin;

    /// <summary>Reads the service record: who did what when. Rooms' own accounts and vendors see the present, not the past of others.</summary>
    public static bool MayReadRecord(User user) => user.Role is Role.Engineer or Role.Auditor or Role.Admin;

    /// <summary>Adds and removes users and the tokens of panels: a token leads hearings, so nobody who may not give that right hands one out.</summary>
    public static bool MayKeepUsers(User user) => user.Role is Role.Admin;

    /// <summary>Has the gateway make a monthly report; a new revision goes into the service record in this user's name.</summary>
    public static bool MayMakeReport(User user) => user.Role is Role.Engineer or Role.Scheduler or Role.Admin;

    /// <summary>Enters absences, problems, maintenance and visits into the ledger of the service period, and signs a month of it.</summary>
    public static bool MayKeepService(User user) => user.Role is Role.Engineer or Role.Admin;

    /// <summary>Speaks for the court about the contract: approved maintenance is no outage, and an extended period is one.</summary>
    public static bool MayApproveService(User user) => user.Role is Role.Admin;

    /// <summary>Writes requests at all; what they ask for is judged one by one.</summary>
    public static bool MayAsk(User user) => user.Role is not Role.Auditor;
}
