using System.Text.Json;
using AvGateway.Operations.Access;

namespace AvGateway.Host.Engineering;

/// <param name="Device">Where it is the panel of one room: the thing that will hold the token. Its name may then be left out.</param>
internal sealed record PersonForm(string? Name, string? Role, IReadOnlyList<string>? Rooms, string? Vendor, DateTimeOffset? Until, string? Device);

/// <summary>
/// Users and the tokens of panels, for an admin. A secret is drawn here, shown once in the answer, and kept as a hash; what was removed is out
/// at once, with all of its sessions.
/// </summary>
internal sealed class People(EngineeringParts parts)
{
    private const int LongestRoomInName = 26;

    private CredentialsFile Users => parts.Users;

    public void Map(WebApplication app, Door door)
    {
        const string All = $"{EngineeringSide.Path}/users";
        const string One = $"{All}/{{name}}";
        app.MapGet(All, door.Open(Rights.MayKeepUsers, (_, _) => Task.FromResult(Results.Json(new { users = Users.Users.Select(Shown), problem = Users.Problem }))));
        app.MapPost(All, door.Open(Rights.MayKeepUsers, (context, admin) => TryAsync(() => AddAsync(context, admin))));
        app.MapMethods(One, [HttpMethods.Patch], door.Open(Rights.MayKeepUsers, (context, admin) => TryAsync(() => ChangeAsync(context, admin))));
        app.MapPost($"{One}/password", door.Open(Rights.MayKeepUsers, (context, admin) => TryAsync(() => NewPasswordAsync(context, admin))));
        app.MapDelete(One, door.Open(Rights.MayKeepUsers, (context, admin) => TryAsync(() => RemoveAsync(context, admin))));
    }

    public static string Word(Role role) => role.ToString().ToLowerInvariant();

    private async Task<IResult> AddAsync(HttpContext context, User admin)
    {
        var form = await Door.ReadAsync<PersonForm>(context);
        var user = Judged(new(form.Name is { Length: > 0 } name ? name : NameOf(form), RoleOf(form), form.Rooms ?? [], form.Vendor) { Until = form.Until, Device = form.Device });
        var password = await Users.AddAsync(user, password: null, context.RequestAborted);
        Note("user.added", user, admin);
        return Results.Json(new { user = Shown(user), password }, statusCode: StatusCodes.Status201Created);
    }

    private async Task<IResult> ChangeAsync(HttpContext context, User admin)
    {
        var before = Named(context);
        if (before.Name == admin.Name) throw new DoorException(StatusCodes.Status409Conflict, "nobody takes the own rights away: another admin may");
        var form = await Door.ReadAsync<PersonForm>(context);
        var after = Judged(before with
        {
            Role = form.Role is null ? before.Role : RoleOf(form),
            Rooms = form.Rooms ?? before.Rooms,
            Vendor = form.Role is null or "vendor" ? form.Vendor ?? before.Vendor : null,
            Until = form.Until ?? before.Until,
        });
        await Users.ChangeAsync(after, context.RequestAborted);
        Note("user.changed", after, admin);
        return Results.Json(new { user = Shown(after) });
    }

    private async Task<IResult> NewPasswordAsync(HttpContext context, User admin)
    {
        var user = Named(context);
        var password = await Users.SetPasswordAsync(user.Name, password: null, context.RequestAborted);
        Note("user.password-drawn", user, admin);
        return Results.Json(new { user = Shown(user), password });
    }

    private async Task<IResult> RemoveAsync(HttpContext context, User admin)
    {
        var user = Named(context);
        if (user.Name == admin.Name) throw new DoorException(StatusCodes.Status409Conflict, "nobody removes the own account: another admin may");
        await Users.RemoveAsync(user.Name, context.RequestAborted);
        Note("user.removed", user, admin);
        return Results.Json(new { user = Shown(user) });
    }

    private User Named(HttpContext context) =>
        Users.Find((string)context.Request.RouteValues["name"]!) ?? throw new DoorException(StatusCodes.Status404NotFound, "there is no such user");

    private static Role RoleOf(PersonForm form) =>
        Array.Find(Enum.GetValues<Role>(), role => Word(role) == form.Role) is var role && Word(role) == form.Role
            ? role
            : throw new DoorException(StatusCodes.Status422UnprocessableEntity, $"role: one of {string.Join(' ', Enum.GetValues<Role>().Select(Word))}");

    /// <summary>A room or vendor that the site does not have is a slip of the pen, and would be an account that sees nothing.</summary>
    private User Judged(User user)
    {
        if (user.Rooms.FirstOrDefault(r => parts.Site.Rooms.All(known => known.Id != r)) is { } room)
            throw new DoorException(StatusCodes.Status422UnprocessableEntity, $"rooms: this site has no room '{room}'");
        if (user.Vendor is { } vendor && !parts.Site.Vendors.Contains(vendor))
            throw new DoorException(StatusCodes.Status422UnprocessableEntity, $"vendor: this site has no vendor '{vendor}'");
        return user;
    }

    /// <summary>A token needs no name that people remember: the room, and enough to tell two tablets of it apart.</summary>
    private static string NameOf(PersonForm form)
    {
        if (form.Device is null || form.Rooms is not [var room, ..]) throw new DoorException(StatusCodes.Status422UnprocessableEntity, "name: needed");
        return $"token-{(room.Length > LongestRoomInName ? room[..LongestRoomInName] : room)}-{CredentialsFile.DrawPassword()[..6]}";
    }

    private static object Shown(User user) => new { name = user.Name, role = Word(user.Role), rooms = user.Rooms, vendor = user.Vendor, until = user.Until, device = user.Device };

    private void Note(string kind, User user, User admin) => parts.Journal.Append(new(
        parts.Time.GetUtcNow(), kind, user.Name, admin.Name, JsonSerializer.Serialize(new { role = Word(user.Role), rooms = user.Rooms, vendor = user.Vendor, until = user.Until, device = user.Device })));

    private static async Task<IResult> TryAsync(Func<Task<IResult>> act)
    {
        try
        {
            return await act();
        }
        catch (CredentialsException refused)
        {
            throw new DoorException(StatusCodes.Status409Conflict, refused.Message);
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            throw new DoorException(StatusCodes.Status503ServiceUnavailable, $"the users could not be written: {unwritten.Message}");
        }
    }
}
