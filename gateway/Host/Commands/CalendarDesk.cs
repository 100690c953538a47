using System.Collections.Immutable;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Operations.Rooms;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Scenes.Hearings.Docket;

namespace AvGateway.Host.Commands;

/// <summary>The calendar that a command line works on: of a site, of a data directory, or the built-in one.</summary>
internal sealed class CalendarDesk
{
    private readonly CalendarSettings _settings;

    private CalendarDesk(SiteModel? site, CalendarFolder? folder, TimeProvider time)
    {
        Site = site;
        Folder = folder;
        Time = time;
        Clock = new(site?.Zone ?? TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        _settings = site?.Calendar ?? CalendarSettings.None;
        Lists = [.. _settings.Given.Concat(folder?.Approved(Tell) ?? []).GroupBy(l => l.Year).Select(g => g.Last())];
        Calendar = With([]);
    }

    public SiteModel? Site { get; }
    public CalendarFolder? Folder { get; }
    public TimeProvider Time { get; }
    public LocalClock Clock { get; }
    public ImmutableArray<YearList> Lists { get; }
    public SiteCalendar Calendar { get; }
    public DateOnly Today => Clock.DateOf(Time.GetUtcNow());

    /// <summary>Null when the site file has errors; they were printed.</summary>
    public static CalendarDesk? Open(string? siteFile, string? data)
    {
        SiteModel? site = null;
        if (siteFile is not null)
        {
            var reader = new SiteReader(Parts.Catalog, Parts.Links());
            site = reader.Read(siteFile);
            if (site is null)
            {
                foreach (var finding in reader.Findings) Console.Error.WriteLine(finding);
                return null;
            }
        }

        data ??= siteFile is null ? null : DataDirectory.Beside(siteFile);
        return new(site, data is null ? null : new(DataDirectory.CalendarsOf(data)), TimeProvider.System);
    }

    /// <summary>The calendar as it would be with these lists in the place of those of their years.</summary>
    public SiteCalendar With(IReadOnlyCollection<YearList> lists) =>
        new([.. Lists.Where(l => lists.All(n => n.Year != l.Year)), .. lists], _settings.Own);

    /// <summary>The docket of the site's file as it is now; silent when it cannot be read.</summary>
    public DocketBook Docket()
    {
        var book = new DocketBook(Time, Site?.Docket?.Sources ?? []);
        if (Site?.Docket is not { File: { } file }) return book;
        try
        {
            book.Accept(DocketSource.File, (DocketForms.OfFile(file) ?? DocketForm.Json).Read(File.ReadAllBytes(file), Clock.Zone));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            Tell(unreadable.Message);
        }

        return book;
    }

    public void Tell(string trouble) => Console.Error.WriteLine(trouble);
}
