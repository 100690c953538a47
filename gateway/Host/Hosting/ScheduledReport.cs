using AvGateway.Operations.Durable;
using AvGateway.Operations.Records.Reading;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Operations.Schedule.Running;

namespace AvGateway.Host.Hosting;

/// <summary>Lets schedules make the report of the month before.</summary>
internal sealed class ScheduledReport(MonthReports reports) : IScheduledAct
{
    public string Name => Acts.Report;

    public async Task<ActOutcome> DoAsync(ActOrder order, CancellationToken cancellation)
    {
        var month = new YearMonth(order.Date.Year, order.Date.Month).Before;
        try
        {
            var made = await reports.MakeAsync(month, Reports.Languages.Both, order.By, null, cancellation);
            var number = made.Report.Current?.Number ?? 0;
            return new(ActResult.Done, new($"{month} 月报第 {number} 版{(made.IsNew ? "" : "（无变化）")}", $"report of {month}, revision {number}{(made.IsNew ? "" : ", nothing new")}"));
        }
        catch (NoRecordException nothing)
        {
            return new(ActResult.Refused, new($"{month} 没有运维记录", nothing.Message));
        }
        catch (Exception failed) when (failed is StoreUnavailableException or IOException or UnauthorizedAccessException)
        {
            return new(ActResult.Failed, new($"月报无法归档：{failed.Message}", $"the report could not be filed: {failed.Message}"));
        }
    }
}
