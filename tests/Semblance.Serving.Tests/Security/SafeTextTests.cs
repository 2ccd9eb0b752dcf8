using Microsoft.AspNetCore.Http;
using Semblance.Serving.Security;
using Xunit;

namespace Semblance.Tests.Serving.Security;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("beach/höhe 1.jpg", "beach/höhe 1.jpg")]
    [InlineData("a\r\nb\tc\0d", "a??b?c?d")]
    [InlineData("a\u001b[31mb\u0085c\u2028d", "a?[31mb?c?d")]
    [InlineData("a\u202Egpj.exe", "a?gpj.exe")]
    public void A_line_is_one_line(string? text, string line) => Assert.Equal(line, SafeText.Line(text));

    [Fact]
    public void A_long_text_is_cut() => Assert.Equal(203, SafeText.Line(new string('a', 5000)).Length);

    [Theory]
    [InlineData("beach/1.jpg", "1.jpg")]
    [InlineData("..", "image")]
    [InlineData("a/", "image")]
    [InlineData(".bashrc", "bashrc")]
    [InlineData("a\";x=\"\r\n b.jpg", "a__x_____b.jpg")]
    [InlineData("höhe.png", "h_he.png")]
    public void A_file_name_fits_into_a_header(string id, string name) => Assert.Equal(name, SafeText.FileName(id));

    [Fact]
    public void The_page_has_no_inline_scripts_and_data_no_rights()
    {
        DefaultHttpContext page = new(), data = new(), image = new();
        SecurityHeaders.ForPage(page.Response);
        SecurityHeaders.ForData(data.Response);
        SecurityHeaders.ForImage(image.Response, "text/html", "a.html");
        string policy = page.Response.Headers.ContentSecurityPolicy.ToString();
        Assert.All(["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"], rule => Assert.Contains(rule, policy, StringComparison.Ordinal));
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("sandbox", data.Response.Headers.ContentSecurityPolicy.ToString(), StringComparison.Ordinal);
        Assert.Equal("application/octet-stream", image.Response.ContentType);
        Assert.All([page, data, image], context =>
        {
            Assert.Equal("nosniff", context.Response.Headers.XContentTypeOptions);
            Assert.Equal("no-referrer", context.Response.Headers["Referrer-Policy"]);
            Assert.Equal("DENY", context.Response.Headers.XFrameOptions);
        });
    }
}
