using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Release;

namespace AvGateway.Mqtt.Session;

/// <summary>
/// Requests about faults, <c>$fault/F/do/{ack,accept,answer,note,assign,resolve,close,reopen …}</c> and <c>$fault/do/raise</c>, and about their reports,
/// <c>{report,submit,approve,refuse}</c>.
/// </summary>
public sealed class FaultRequests(FaultDesk desk, ReportDesk? reports = null) : IRequestFamily
{
    public string Name => TopicTable.FaultFamily;

    public void Ask(MqttRequest request, IAnswers answers)
    {
        var target = request.Target;
        if (reports is not null && ReportDesk.Verbs.Contains(target.Name))
        {
            reports.Ask(
                new(target.Caller, target["fault"]!, target.Name, string.Join('/', target.Levels), request.Arrived)
                {
                    Id = request.Id,
                    Ttl = request.Ttl,
                    Args = request.Body.Args,
                },
                answers);
            return;
        }

        desk.Ask(
            new(target.Caller, target["fault"] ?? "", target.Name, string.Join('/', target.Levels), request.Arrived)
            {
                Id = request.Id,
                Ttl = request.Ttl,
                Args = request.Body.Args,
            },
            answers);
    }
}
