// An application of one's own with a search for similar images below /photos:
//   dotnet run --project samples/SearchServer -- --index photos.index --images photos
// then open http://127.0.0.1:5000/photos/ or ask http://127.0.0.1:5000/photos/v1/info.
using Semblance.Serving.Http;
using Semblance.Serving.Security;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddSemblanceSearch(options =>
{
    options.Name = "Our photos";
    options.Index = builder.Configuration["index"] ?? "photos.index";
    options.Images = builder.Configuration["images"];
    options.Create = true;
    // Who may come in is up to this application, which lets in everybody who reaches it and refuses writes.
    options.Access = new AccessOptions { DecidedByApplication = true };
});

WebApplication app = builder.Build();
app.Use((context, next) =>
{
    bool writes = context.Request.Path.StartsWithSegments("/photos/v1/items", StringComparison.Ordinal) && !HttpMethods.IsGet(context.Request.Method);
    if (!writes || builder.Configuration["writable"] == "true")
    {
        return next(context);
    }
    context.Response.StatusCode = StatusCodes.Status403Forbidden;
    return Task.CompletedTask;
});
app.MapGet("/", () => "The search is at /photos/.");
app.MapGroup("/photos").MapSemblance();
app.Run();
