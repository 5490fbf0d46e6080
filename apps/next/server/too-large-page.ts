/** What a person without JavaScript sees whose files are too large for one form; the browser has them all still. */
export const tooLargePage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Too large</title>
<link rel="icon" href="/icon.svg">
<main>
<h1>Your files are too large to be sent at once</h1>
<p>Together they may have 10 MB. Go back, where everything is as you left it, and send some of them first, or smaller ones.</p>
</main>
</html>
`
