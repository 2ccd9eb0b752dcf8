using System.Net;
using Semblance.Serving.Security;
using Xunit;

namespace Semblance.Tests.Serving.Security;

public sealed class ServiceBindingTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost:0")]
    [InlineData("http://[::1]:8080")]
    [InlineData("https://127.0.0.1")]
    [InlineData("http://unix:/run/semblance.sock")]
    public void This_machine_needs_no_keys(string address) => Assert.Empty(ServiceBinding.Require([address], null));

    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://[::]:8080")]
    [InlineData("http://*:8080")]
    [InlineData("http://+:80")]
    [InlineData("http://192.168.1.5:8080")]
    [InlineData("https://photos.example.org")]
    [InlineData("http://localhost.example.org:8080")]
    public void No_key_no_public_address(string address)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => ServiceBinding.Require(["http://127.0.0.1:1", address], null));
        Assert.Contains($"{address} can be reached from other machines", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_http_with_keys_is_warned_of_and_so_is_a_file_without_a_key()
    {
        using TemporaryFolder folder = new();
        ApiKeyFile file = new(folder.File("keys.json"));
        file.Add("a", AccessScope.Read);
        ApiKeys keys = ApiKeys.Open(file.FilePath);
        Assert.Contains("plain HTTP", Assert.Single(ServiceBinding.Require(IPAddress.Any, 8080, keys)), StringComparison.Ordinal);
        Assert.Empty(ServiceBinding.Require(["https://0.0.0.0:8443"], keys));
        file.Revoke("a");
        Assert.Contains("holds no key", Assert.Single(ServiceBinding.Require(IPAddress.Loopback, 8080, ApiKeys.Open(file.FilePath))), StringComparison.Ordinal);
    }
}
