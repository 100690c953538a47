using AvGateway.Host.Site;
using AvGateway.Mqtt.Session;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Escalation;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Power;
using AvGateway.Operations.Rooms;
using AvGateway.Operations.Schedule.Running;

namespace AvGateway.Host.Hosting;

internal sealed partial class Gateway
{
    /// <summary>Each with the desk that judges and does it.</summary>
    private IRequestFamily[] Families(SiteModel site, IUserDirectory users, CommandGate judge, RouterOptions options, AnswerWriter writer, TimeProvider time, ILoggerFactory logs)
    {
        var rooms = new RoomDesk(House, users, options, writer, _store.Ledger, _store.Journal, time, logs.CreateLogger<RoomDesk>());
        var jobs = new ScheduleDesk(_schedules, site.Id, users, options, writer, _store.Ledger, _store.Journal, time, logs.CreateLogger<ScheduleDesk>());
        var power = new PowerDesk(new(_power, _store.State, users, options, new(), writer, _store.Ledger, _store.Journal, time, logs.CreateLogger<PowerDesk>()));
        var acts = new ActDesk(options, users, writer, _store.Ledger, _store.Journal, time, logs.CreateLogger<ActDesk>());
        var intake = new FaultIntake(
            room => site.Rooms.Any(r => r.Id == room), device => site.Devices.Any(d => d.Plan.Id.ToString() == device), contact => site.Parties.Contact(contact) is not null);
        var faultDesk = new FaultDesk(Faults, intake, acts, time);
        var escalationDesk = new EscalationDesk(_escalation, Faults, acts, time);
        var channels = new ChannelDesk(Channels, site.Id, acts, _store.Journal, time);
        return
        [
            new DeviceRequests(_router), new SceneRequests(rooms, writer, time), new HearingRequests(rooms, writer, time),
            new OverrideRequests(new(House.Guard, judge, acts, time), writer, time), new DocketRequests(Docket, acts, writer, time), new FaultRequests(faultDesk, new(Reports, acts, writer, time)),
            new ScheduleRequests(jobs, writer, time), new PowerRequests(power, writer, time), new ProbeRequests(new(Probes, acts, time), writer, time),
            new ChannelRequests(channels, writer, time),
            new InspectionRequests(_inspector, acts, writer, time),
            new ServiceRequests(_service, acts, writer, time),
            new SilenceRequests(escalationDesk, writer, site.Zone, time), new NoticeRequests(escalationDesk, writer, time),
        ];
    }
}
