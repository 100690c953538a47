using System.Globalization;
using AvGateway.Operations.Access;
using AvGateway.Operations.Schedule.Running;
using AvGateway.Scenes.Model;

namespace AvGateway.Host.Engineering;

/// <summary>A month of the court: of each day its kind and why, and what is due on it.</summary>
internal sealed class MonthView(ScheduleLoop schedules, TimeProvider time)
{
    public void Map(WebApplication app, Door door) => app.MapGet($"{EngineeringSide.Path}/calendar", door.Open(Rights.MaySeeSite, (context, _) => Task.FromResult(Show(context.Request.Query["month"].ToString()))));

    private IResult Show(string asked)
    {
        var today = schedules.Clock.DateOf(time.GetUtcNow());
        var first = new DateOnly(today.Year, today.Month, 1);
        if (asked.Length > 0 && (!DateOnly.TryParseExact(asked + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out first) || first.Year is <= 2000 or >= 2097))
            throw new DoorException(StatusCodes.Status422UnprocessableEntity, "month: such as 2026-10");
        var calendar = schedules.Calendar.Current;
        var length = DateTime.DaysInMonth(first.Year, first.Month);
        var due = schedules.Preview(job: null, first, length).ToLookup(o => o.Date);
        var days = Enumerable.Range(0, length).Select(first.AddDays).Select(calendar.Of).Select(day => new
        {
            date = Iso(day.Date),
            kind = day.Word,
            off = day.IsOff,
            why = Said(day.Why),
            jobs = due[day.Date].Select(o => new { job = o.Job.Id, name = Said(o.Job.Name), act = o.Job.Act, at = o.Due, why = Said(o.Reason), rooms = o.Rooms }),
        });
        return Results.Json(new { month = first.ToString("yyyy-MM", CultureInfo.InvariantCulture), today = Iso(today), days });
    }

    private static object Said(Wording wording) => new { zh = wording.Zh, en = wording.En };

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
