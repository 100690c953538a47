using System.Collections.Concurrent;
using AvGateway.Operations.Access;

namespace AvGateway.Mqtt.Tests.Embedded;

/// <summary>A directory in which everybody's password is the name followed by <c>-pass</c>, until it is changed.</summary>
internal sealed class FakeUsers : IUserDirectory
{
    private readonly ConcurrentDictionary<string, (User User, string Password)> _users = new();

    public FakeUsers(params IEnumerable<User> users)
    {
        foreach (var user in users) _users[user.Name] = (user, PasswordOf(user.Name));
    }

    public event Action<string>? Changed;

    public IReadOnlyCollection<User> Users => [.. _users.Values.Select(u => u.User)];

    public static User Engineer { get; } = new("engineer", Role.Engineer, []);
    public static User Auditor { get; } = new("auditor", Role.Auditor, []);
    public static User Panel1 { get; } = new("panel-1", Role.Panel, ["court-1"]);
    public static User Panel2 { get; } = new("panel-2", Role.Panel, ["court-2"]);
    public static User Vendor { get; } = new("vendor-acme", Role.Vendor, [], "acme");

    public static FakeUsers Court() => new(Engineer, Auditor, Panel1, Panel2, Vendor);

    public static string PasswordOf(string name) => name + "-pass";

    public User? Find(string name) => _users.TryGetValue(name, out var u) ? u.User : null;

    public SignIn Authenticate(string name, string password, string address) =>
        !_users.TryGetValue(name, out var u) ? SignIn.UnknownUser : u.Password == password ? SignIn.Accepted : SignIn.WrongPassword;

    public void Set(User user)
    {
        _users.AddOrUpdate(user.Name, (user, PasswordOf(user.Name)), (_, old) => (user, old.Password));
        Changed?.Invoke(user.Name);
    }

    public void SetPassword(string name, string password)
    {
        var user = _users[name].User;
        _users[name] = (user with { Generation = user.Generation + 1 }, password);
        Changed?.Invoke(name);
    }

    public void Remove(string name)
    {
        _users.TryRemove(name, out _);
        Changed?.Invoke(name);
    }
}
