namespace AvGateway.Mqtt.Topics;

/// <summary>Every topic of the contract. Builder, parser, AsyncAPI document and the test of gateway/docs/mqtt.md read it.</summary>
public static class TopicTable
{
    public const string DeviceFamily = "device";
    public const string SceneFamily = "$scene";
    public const string HearingFamily = "$hearing";
    public const string ScheduleFamily = "$schedule";
    public const string PowerFamily = "$power";
    public const string DocketFamily = "$docket";
    public const string OverrideFamily = "$override";
    public const string FaultFamily = "$fault";
    public const string SilenceFamily = "$silence";
    public const string NoticeFamily = "$notice";
    public const string ProbeFamily = "$probe";
    public const string ChannelFamily = "$channel";
    public const string InspectionFamily = "$inspection";
    public const string ServiceFamily = "$service";

    public static IReadOnlyList<TopicRow> Published { get; } =
    [
        Tells("gatewayState", "$gw/{gateway}/state", true, "gatewayState", "Whether the gateway lives; also its last will"),
        Tells("gatewayInfo", "$gw/{gateway}/info", true, "gatewayInfo", "Version, configuration hash and capabilities"),
        Tells("gatewayHealth", "$gw/{gateway}/health", true, "gatewayHealth", "Every 30 s: uptime, memory, queues, clock, devices"),
        Tells("deviceDescription", "{room}/{device}/$desc", true, "deviceDescription", "What a device is, shows and can do"),
        Tells("deviceState", "{room}/{device}/$state", true, "deviceState", "Whether a device can be used, why, and what it is doing"),
        Tells("deviceProperty", "{room}/{device}/{property}", true, "reading", "A value as the device last showed it"),
        Tells("deviceTarget", "{room}/{device}/{property}/$target", true, "target", "A value that is wished and not seen yet; empty when reached or given up"),
        Tells("deviceEvent", "{room}/{device}/$event/{type}", false, "event", "Something that happened and has no lasting value"),
        Tells("probe", "{room}/{device}/$probe/{probe}", true, "probe", "What a probe of a device saw last"),
        Tells("roomProbe", "{room}/$probe/{probe}", true, "probe", "What a probe of a room saw last"),
        Tells("siteProbe", "$probe/{probe}", true, "probe", "What a probe of the site or of a branch of its network saw last"),
        Tells("line", "$line/{line}", true, "line", "How a watched line of the site is, and whose trouble it has"),
        Tells("watch", "$watch/{watch}", true, "watch", "How a watched line is, and whether it is watched"),
        Tells("watchedCall", "$watch/{watch}/{call}", true, "watchedCall", "A call that is seen on a watched line with its media streams; empty once it is forgotten"),
        Tells("hearing", "{room}/$hearing", true, "hearing", "Where a room's hearing stands and whether its recording is proven; no case data"),
        Tells("scene", "{room}/$scene/{scene}", true, "scene", "Whether the room shows a scene, and its last run step by step"),
        Tells("readiness", "{room}/$readiness", true, "readiness", "Whether a room is on and proven for the hearing that is near; empty when none is"),
        Tells("schedule", "$schedule/{job}", true, "schedule", "A job: its next run and why, what guards its rooms, how it ended last"),
        Tells("power", "$power/{run}", true, "powerRun", "A power run, step by step: what was wished, sent and seen, and what is deferred and why"),
        Tells("inspection", "$inspection/{run}", true, "inspection", "An inspection: how far it is, what it counted, what people signed; the newest of each profile and scope"),
        Tells("inspectionRoom", "$inspection/{run}/{room}", true, "inspectionRoom", "Its rows of one room: every registered device once"),
        Tells("fault", "$fault/{fault}", true, "fault", "An open fault with its time line; empty once it is closed"),
        Tells("report", "$report/{fault}", true, "report", "The report of a fault to its vendor or carrier as people write it: fields, what is missing, where it stands; empty once the fault is closed"),
        Tells("escalation", "$escalation/{vendor}/{fault}", true, "escalation", "A fault as the vendor or carrier that has it sees it; empty when it is taken back or closed"),
        Tells("faultLog", "$fault-log", false, "faultLog", "Every transition of a fault, once"),
        Tells("followUp", "$follow-up/{fault}", true, "followUp", "A closed fault of which somebody has still to ask how it went; empty once it was"),
        Tells("silence", "$silence/{silence}", true, "silence", "Faults that call nobody for a while: which, on whose word and until when"),
        Tells("notice", "$notice/{contact}", true, "notice", "Messages that wait for a contact, and those that could not be delivered; empty when there are none"),
        Tells("roster", "$roster/{roster}", true, "roster", "Who is on duty now"),
        Tells("answer", "$rsp/{caller}/{id}", false, "answer", "Answers to this caller"),
    ];

    /// <summary>Levels after <c>$req/{caller}/</c>.</summary>
    public static IReadOnlyList<TopicRow> Requests { get; } =
    [
        Asks(DeviceFamily, "{room}/{device}/do/{verb}", "One device does something"),
        Asks(DeviceFamily, "{room}/{device}/set/{property}", "One property of a device is set"),
        Asks(SceneFamily, "{room}/$scene/{scene}/do/{verb}", "A scene is run, previewed or taken back"),
        Asks(HearingFamily, "{room}/$hearing/do/{verb}", "A hearing is led on"),
        Asks(PowerFamily, "$power/do/{verb}", "Rooms or the whole site are switched off or on, previewed, or a run is taken back"),
        Asks(ScheduleFamily, "$schedule/{job}/do/{verb}", "A job is run now, skipped or previewed"),
        Asks(OverrideFamily, "{room}/{device}/$override/do/{verb}", "One command of the caller may pass the hearing guard"),
        Asks(OverrideFamily, "{room}/{device}/$override/agree/{verb}", "A second person agrees to that"),
        Asks(DocketFamily, "$docket/do/{verb}", "The site's docket is replaced"),
        Asks(ProbeFamily, "{room}/{device}/$probe/{probe}/do/{verb}", "A probe of a device is run now, or its history asked for"),
        Asks(ProbeFamily, "{room}/$probe/{probe}/do/{verb}", "A probe of a room"),
        Asks(ProbeFamily, "$probe/{probe}/do/{verb}", "A probe of the site"),
        Asks(InspectionFamily, "$inspection/do/{verb}", "The site or rooms are inspected, rows are signed, an inspection is ended early"),
        Asks(FaultFamily, "$fault/{fault}/do/{verb}", "A fault is acknowledged, worked on, closed; its report is written, submitted, approved"),
        Asks(FaultFamily, "$fault/do/{verb}", "Somebody reports a fault"),
        Asks(SilenceFamily, "$silence/do/{verb}", "Faults are silenced for a while, or called again"),
        Asks(NoticeFamily, "$notice/{contact}/do/{verb}", "A dead letter is tried anew or laid aside, or a way to a contact is tried"),
        Asks(ServiceFamily, "$service/do/{verb}", "The ledger of the service period: entries, approvals, signatures"),
        Asks(ChannelFamily, "$channel/{channel}/do/{verb}", "A way out of the house is tried"),
    ];

    private static TopicRow Tells(string name, string pattern, bool retained, string payload, string en) =>
        new(name, pattern, TopicWriter.Gateway, retained, payload, en);

    private static TopicRow Asks(string family, string pattern, string en) => new(family, pattern, TopicWriter.Caller, false, "request", en);
}
