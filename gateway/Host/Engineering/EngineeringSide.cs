using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Operations.Access;
using AvGateway.Operations.Journal;

namespace AvGateway.Host.Engineering;

/// <summary>What the console asks over HTTP.</summary>
internal sealed record EngineeringParts(Gateway Gateway, CredentialsFile Users, SiteModel Site, SiteCheck Check, IJournalReader Record, IServiceJournal Journal, TimeProvider Time);

/// <summary>
/// The part of the console that is no matter of the court's state: users and their secrets, the service record, the calendar, the site file. A
/// request over MQTT would leave its answer in the ledger, and an auditor may not write any.
/// </summary>
internal static class EngineeringSide
{
    public const string Path = "/api";

    public static void Map(WebApplication app, EngineeringParts parts)
    {
        var door = new Door(parts.Users);
        app.MapGet($"{Path}/me", door.Open(_ => true, (_, user) => Task.FromResult(Results.Json(new { name = user.Name, role = People.Word(user.Role), rooms = user.Rooms, device = user.Device }))));
        app.MapGet($"{Path}/diagram/{{driver}}", door.Open(Rights.MaySeeSite, (context, _) => Task.FromResult(Diagram(context, parts.Site))));
        new People(parts).Map(app, door);
        new RecordSearch(parts.Record, parts.Time).Map(app, door);
        new MonthView(parts.Gateway.Schedules, parts.Time).Map(app, door);
        new WireStream(parts.Gateway.Fleet, parts.Time).Map(app, door);
        parts.Check.Map(app, door, parts.Site.Hash);
    }

    private static IResult Diagram(HttpContext context, SiteModel site)
    {
        var name = (string)context.Request.RouteValues["driver"]!;
        if (site.Catalog.Find(name) is not { } manifest) throw new DoorException(StatusCodes.Status404NotFound, "there is no such driver");
        return Results.Json(StateDiagram.Read(manifest.Diagram()).Page(manifest));
    }
}
