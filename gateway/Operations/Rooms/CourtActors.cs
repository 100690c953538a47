using AvGateway.Operations.Access;
using AvGateway.Scenes.Hearings;

namespace AvGateway.Operations.Rooms;

/// <summary>The users of the gateway as a courtroom knows them.</summary>
public static class CourtActors
{
    public static Actor Of(User user) => new(user.Name, RoleOf(user.Role), [.. user.Rooms]);

    private static CourtRole RoleOf(Role role) => role switch
    {
        Role.Judge => CourtRole.Judge,
        Role.Clerk => CourtRole.Clerk,
        Role.Panel => CourtRole.Panel,
        Role.Engineer => CourtRole.Engineer,
        Role.Scheduler => CourtRole.Scheduler,
        Role.Admin => CourtRole.Admin,
        _ => CourtRole.Other,
    };
}
