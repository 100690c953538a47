using System.Net;
using System.Net.Sockets;
using System.Text;
using AvGateway.Host.Commands;

namespace AvGateway.Host.Tests;

public sealed class RunningGatewayTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RunningGatewayTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData("127.0.0.1:8080")]
    [InlineData("mqtt://admin@127.0.0.1:1883")]
    [InlineData("http://127.0.0.1:8080")]
    public void An_address_of_another_kind_or_without_a_name_is_none(string address) => Assert.Null(RunningGateway.At(address, null, Patience));

    [Theory]
    [InlineData("admin:of-it", "admin:of-it")]
    [InlineData("admin:a%3Ab%40c", "admin:a:b@c")]
    [InlineData("o%27neill", "o'neill:")]
    public async Task Name_and_password_go_along_as_the_address_says_them(string user, string proof)
    {
        using var gateway = RunningGateway.At($"http://{user}@{_listener.LocalEndpoint}/somewhere", null, Patience)!;
        var asked = AnswerAsync();

        using var answer = await gateway.AskAsync(HttpMethod.Post, "/backup", TestContext.Current.CancellationToken);

        Assert.Equal("403 not you", await RunningGateway.RefusalAsync(answer, TestContext.Current.CancellationToken));
        var lines = await asked;
        Assert.Equal("POST /backup HTTP/1.1", lines[0]);
        Assert.Contains($"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(proof))}", lines);
    }

    [Fact]
    public async Task A_gateway_that_is_away_is_out_of_reach()
    {
        using var gateway = RunningGateway.At($"http://admin:x@{_listener.LocalEndpoint}", null, Patience)!;
        _listener.Stop();

        await Assert.ThrowsAsync<OutOfReachException>(() => gateway.AskAsync(HttpMethod.Get, "/bundle/F-1", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_gateway_that_never_answers_is_out_of_reach_and_one_that_nobody_waits_for_is_not()
    {
        using var gateway = RunningGateway.At($"http://admin:x@{_listener.LocalEndpoint}", null, TimeSpan.FromMilliseconds(1))!;
        await Assert.ThrowsAsync<OutOfReachException>(() => gateway.AskAsync(HttpMethod.Get, "/", TestContext.Current.CancellationToken));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.AskAsync(HttpMethod.Get, "/", new(canceled: true)));
    }

    [Fact]
    public void An_authority_that_cannot_be_read_is_told_at_once() =>
        Assert.Throws<OutOfReachException>(() => RunningGateway.At("https://admin:x@127.0.0.1:1", "/nowhere/ca.pem", Patience));

    /// <summary>Takes one request and refuses it.</summary>
    private async Task<List<string>> AnswerAsync()
    {
        using var connection = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = connection.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var lines = new List<string>();
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 } line) lines.Add(line);
        await stream.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 8\r\nConnection: close\r\n\r\nnot you\n"u8.ToArray(), TestContext.Current.CancellationToken);
        return lines;
    }
}
